import { readFile, writeFile } from 'node:fs/promises';
import { PassThrough } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { createTestDatabase, type TestDatabase } from '@paydeck/db/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type SpawnedServer, spawnServer } from '../testing/spawn-server.ts';
import { openExport } from './open-export.ts';
import { bearer, send, signIn } from './plain-fetch.ts';

const count = 1_000_000;
const allowedBytes = 100 * 1024 * 1024;

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
  const client = database.db.dedicatedClient();
  // Nothing is filtered here, and updating these indexes would take most of the time.
  await client`
    drop index payments_search_text_idx, payments_status_created_at_id_idx, payments_currency_created_at_id_idx`;
  await client`
    insert into payments (id, amount_minor, currency, method, status, receiver, description, created_at, updated_at)
    select (lpad(to_hex(n), 8, '0') || '-0000-7000-8000-000000000000')::uuid, n % 100000 + 1, 'USD', 'credit_card',
           'success', 'Receiver ' || n, md5(n::text), at, at
    from generate_series(1, ${count}::int) n,
      lateral (select timestamptz '2025-01-01Z' + n * interval '1 second' as at) t`;
  await client.end();
});
afterAll(() => database[Symbol.asyncDispose]());

test.for(['identity', 'gzip'])(
  'a million payments are exported in bounded memory while other requests are answered: %s',
  {
    timeout: 180_000,
  },
  async (encoding, context) => {
    if (process.platform !== 'linux') context.skip('peak memory is read from /proc, which only Linux has');
    await using server = await spawnServer({ DATABASE_URL: database.url, ADMIN_PASSWORD: 'admin123' });
    const token = await signIn(server.url);
    const idle = await memoryOf(server, 'VmRSS');
    await forgetPeak(server);

    const reply = await openExport(server.url, { token, headers: { 'accept-encoding': encoding } });
    const { lines, answers } = await readAll(reply, server, token);
    expect(lines).toBe(count + 1);
    expect(reply.trailers['x-row-count']).toBe(String(count));
    expect(answers).toBeGreaterThan(0);
    const peak = await memoryOf(server, 'VmHWM');
    expect(peak - idle).toBeLessThan(allowedBytes);
  },
);

/** Reads at full speed. Returns the number of lines, and how many other requests were answered before the end. */
async function readAll(reply: Awaited<ReturnType<typeof openExport>>, { url }: SpawnedServer, token: string) {
  let [lines, answers, isRead] = [0, 0, false];
  const reading = pipeline(
    reply,
    reply.headers['content-encoding'] === 'gzip' ? createGunzip() : new PassThrough(),
    async (chunks: AsyncIterable<Buffer>) => {
      for await (const chunk of chunks)
        for (let at = chunk.indexOf(10); at !== -1; at = chunk.indexOf(10, at + 1)) lines += 1;
    },
  ).finally(() => {
    isRead = true;
  });
  // A limited number of requests, since their own memory must not count.
  for (let n = 0; n < 50 && !isRead; n++) {
    expect((await send(`${url}/api/payments?limit=1`, { headers: bearer(token) })).status).toBe(200);
    if (!isRead) answers += 1;
  }
  await reading;
  return { lines, answers };
}

/** The resident memory of the server's process in bytes: now (`VmRSS`) or at its peak (`VmHWM`). */
async function memoryOf({ process: { pid } }: SpawnedServer, field: 'VmRSS' | 'VmHWM'): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  return Number(new RegExp(`^${field}:\\s+(\\d+) kB`, 'm').exec(status)?.[1]) * 1024;
}

/** Resets the peak, so that it measures only what follows (proc(5), clear_refs). */
const forgetPeak = ({ process: { pid } }: SpawnedServer) => writeFile(`/proc/${pid}/clear_refs`, '5');
