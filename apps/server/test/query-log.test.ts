import { createTestDatabase } from '@paydeck/db/testing';
import { expect, test, vi } from 'vitest';
import { z } from 'zod';
import { spawnServer } from '../testing/spawn-server.ts';
import { bearer, post, send, signIn } from './plain-fetch.ts';

const query = z.strictObject({
  level: z.literal(20),
  time: z.number(),
  pid: z.number(),
  hostname: z.string(),
  msg: z.literal('query'),
  statement: z.string(),
  waitMs: z.number(),
  durationMs: z.number(),
  rows: z.number().nullable(),
  failure: z.string().optional(),
});

const result = z.object({ result: z.object({ data: z.object({ json: z.unknown() }) }) });
const tokens = z.object({ accessToken: z.string(), refreshToken: z.string() });
const createdKey = z.object({ key: z.string() });

/** The queries that a server at this log level has logged, once it did everything that has secrets in its parameters. */
async function logQueries(level: string) {
  await using database = await createTestDatabase();
  await using server = await spawnServer({ DATABASE_URL: database.url, LOG_LEVEL: level });
  const token = await signIn(server.url);
  const as = bearer(token);
  const call = async (path: string, body: unknown) => {
    const reply = await send(`${server.url}/trpc/${path}`, post(body, as));
    expect([path, reply.status]).toEqual([path, 200]);
    return result.parse(reply.body).result.data.json;
  };
  const user = { username: 'ada.private', password: 'hunter2-hunter2' };
  await call('users.create', user);
  const { accessToken, refreshToken } = tokens.parse(await call('auth.login', user));
  const { key } = createdKey.parse(await call('apiKeys.create', { name: 'nightly import', role: 'viewer' }));
  const payment = { amountMinor: 1_250, method: 'credit_card', status: 'success' };
  await call('payments.create', { ...payment, receiver: 'Grace Private', description: 'a private matter' });
  const input = encodeURIComponent(JSON.stringify({ filter: { search: 'private needle' } }));
  expect((await send(`${server.url}/trpc/payments.list?input=${input}`, { headers: as })).status).toBe(200);
  const file = await send(`${server.url}/api/payments/export?search=private`, { headers: as });
  expect(file.text).toContain('Grace Private');

  await vi.waitFor(() => expect(server.output()).toMatch(/payments\/export[\s\S]*"msg":"request completed"/));
  const output = server.output();
  const lines = output.split('\n').filter((line) => line.includes('"msg":"query"'));
  return {
    output,
    queries: lines.map((line) => query.parse(JSON.parse(line))),
    secrets: [token, accessToken, refreshToken, key],
  };
}

test('at LOG_LEVEL=debug every query is logged: its text and its time, and none of its values', async () => {
  const { output, queries, secrets } = await logQueries('debug');
  const statements = queries.map(({ statement }) => statement);
  for (const text of [/insert into users/, /insert into sessions/, /insert into payments/, /from payments/]) {
    expect(statements).toContainEqual(expect.stringMatching(text));
  }
  for (const secret of [...secrets, 'rivate', 'hunter2', '$2b$', 'nightly import'])
    expect(output).not.toContain(secret);
});

test('at LOG_LEVEL=info no query is logged', async () => {
  const { queries } = await logQueries('info');
  expect(queries).toEqual([]);
});
