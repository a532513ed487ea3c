import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { createInterface } from 'node:readline';
import { selectNewestPosition } from '@paydeck/db/events';
import { createTestDatabase, cuttablePath, type TestDatabase } from '@paydeck/db/testing';
import { expect, test, vi } from 'vitest';
import { WebSocket } from 'ws';
import { z } from 'zod';
import { readConfig } from '../src/config.ts';
import { startServer } from '../src/server.ts';
import { type SpawnedServer, spawnServer } from '../testing/spawn-server.ts';
import { adminCredentials, startTestServer } from '../testing/start-test-server.ts';
import { temporaryData } from '../testing/temporary-data.ts';
import { metricsSamples } from './metrics-samples.ts';
import { bearer, post, send, signIn } from './plain-fetch.ts';
import { closing, openSocket } from './raw-socket.ts';

const page = new URL('../../../docs/troubleshooting.md', import.meta.url);
const settings = {
  NODE_ENV: 'test',
  LOG_LEVEL: 'silent',
  JWT_SECRET: 'a-secret-that-only-the-tests-know-0123456789',
  PORT: '0',
};
const failure = z.object({ error: z.object({ json: z.object({ message: z.string() }) }) });

const signedIn = z.object({
  result: z.object({
    data: z.object({ json: z.object({ accessToken: z.string(), refreshToken: z.string() }) }),
  }),
});

async function documentedMessages(): Promise<string[]> {
  const text = await readFile(page, 'utf8');
  return [...text.matchAll(/^```text\n([\s\S]+?)\n```$/gm)].map(([, message = '']) => message);
}

/** Whether a message is an instance of a documented one, where `<…>` stands for a value. */
function isInstance(message: string, documented: string): boolean {
  const literals = documented.split(/<[^>]+>/).map((text) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${literals.join('[^]+')}$`).test(message);
}

/** Why a server does not start with these settings. */
async function refusal(environment: Record<string, string>): Promise<string> {
  try {
    const config = readConfig({ ...settings, ...environment });
    const server = await startServer(config, () => {});
    await server.close();
  } catch (error) {
    return z.instanceof(Error).parse(error).message;
  }
  throw new Error('The server started.');
}

/** The first line of the response to a handshake that is refused. */
async function refusedHandshake(url: string, options: { origin?: string } = {}): Promise<string> {
  const socket = new WebSocket(url.replace('http', 'ws'), options);
  const [, { httpVersion, statusCode, statusMessage }] = await once(socket, 'unexpected-response');
  socket.on('error', () => {}).terminate();
  return `HTTP/${httpVersion} ${statusCode} ${statusMessage}`;
}

async function refusedStarts(databaseUrl: string): Promise<string[]> {
  await using data = await temporaryData();
  await using taken = createServer().listen(0, '127.0.0.1');
  await once(taken, 'listening');
  const { port } = z.object({ port: z.number() }).parse(taken.address());
  const changed = (parts: Partial<Pick<URL, 'port' | 'hostname' | 'password' | 'pathname' | 'search'>>) => ({
    DATABASE_URL: Object.assign(new URL(databaseUrl), parts).href,
  });
  const embedded = await startServer(readConfig({ ...settings, DATA_DIR: data.dataDir }), () => {});
  try {
    return await Promise.all([
      refusal({ PORT: 'http', DB_HOST: 'db.example' }),
      refusal({ DATABASE_URL: databaseUrl, PORT: String(port) }),
      refusal({ DATA_DIR: data.dataDir }),
      refusal(changed({ port: '1' })),
      refusal(changed({ hostname: 'db.invalid' })),
      refusal(changed({ password: 'wrong' })),
      refusal(changed({ pathname: '/nowhere' })),
      refusal(changed({ search: '?channel_binding=require' })),
      refusal(changed({ search: '?sslmode=require' })),
    ]);
  } finally {
    await embedded.close();
  }
}

/** The same token, issued and expired an hour earlier. */
function expired(token: string, secret: string): string {
  const [header = '', payload = ''] = token.split('.');
  const claims = z
    .looseObject({ iat: z.number(), exp: z.number() })
    .parse(JSON.parse(Buffer.from(payload, 'base64url').toString()));
  const earlier = { ...claims, iat: claims.iat - 3_600, exp: claims.exp - 3_600 };
  const signed = `${header}.${Buffer.from(JSON.stringify(earlier)).toString('base64url')}`;
  return `${signed}.${createHmac('sha256', secret).update(signed).digest('base64url')}`;
}

/** The answers to calls of a session that began 6 minutes ago and was refreshed in a loop. */
async function refusedSession(): Promise<string[]> {
  await using server = await startTestServer();
  const { body } = await send(`${server.url}/trpc/auth.login`, post(adminCredentials));
  const { accessToken, refreshToken } = signedIn.parse(body).result.data.json;
  await server.database.db.orm.execute(`
    update sessions set created_at = now() - interval '6 minutes', refreshes_counted_to = now() + interval '5 minutes'`);
  const calls: [string, RequestInit][] = [
    ['apiKeys.create', post({ name: 'late', role: 'viewer' }, bearer(accessToken))],
    ['auth.refresh', post({ refreshToken })],
  ];
  const answers = calls.map(([path, init]) => send(`${server.url}/trpc/${path}`, init));
  return (await Promise.all(answers)).map((answer) => failure.parse(answer.body).error.json.message);
}

async function refusedCalls(): Promise<string[]> {
  await using database = await createTestDatabase();
  await using path = await cuttablePath(database.url);
  await using server = await startTestServer({ database: { ...database, url: path.url } });
  const token = await signIn(server.url);
  const message = async (call: string, init?: RequestInit) => {
    const { body } = await send(`${server.url}/trpc/${call}`, init);
    return failure.parse(body).error.json.message;
  };
  const me = (as: string) => message('auth.me', { headers: bearer(as) });
  const messages = [
    await message('auth.me'),
    await me('a-token-of-another-secret'),
    await me(expired(token, server.config.jwtSecret)),
    await message('auth.login', post({ username: 'admin', password: 'wrong' })),
    await refusedHandshake(`${server.url}/trpc`, { origin: 'http://localhost:5173' }),
    await refusedHandshake(`${server.url}/socket.io/`),
  ];

  const socket = await openSocket(server.url, { token });
  await send(`${server.url}/trpc/auth.logout`, post({}, bearer(token)));
  const { code, reason } = await closing(socket);
  messages.push(`${code} ${reason}`, await me(token));

  path.vanish();
  path.reset();
  return [...messages, await message('auth.login', post(adminCredentials))];
}

/** The answers to stats that must read payments, while they can't: another session has locked the table. */
async function refusedLongReads(): Promise<string[]> {
  await using server = await startTestServer({ environment: { LONG_READ_TIMEOUT_MS: '200' } });
  const token = await signIn(server.url);
  const session = server.database.db.dedicatedClient();
  await session.unsafe('begin');
  await session.unsafe('lock table payments in access exclusive mode');
  // More calls than the lane has connections, each with another amount, so that they can't share an answer.
  const calls = Array.from({ length: 20 }, async (_, n) => {
    const input = encodeURIComponent(JSON.stringify({ filter: { minAmountMinor: n + 1 } }));
    const { body } = await send(`${server.url}/trpc/stats.dashboard?input=${input}`, {
      headers: bearer(token),
    });
    return failure.parse(body).error.json.message;
  });
  const messages = await Promise.all(calls);
  await session.end({ timeout: 0 });
  return [...new Set(messages)];
}

/** Starts a server while another session has the lock of the migrations. Returns the lines that it logged until then. */
async function startBehindLock({ db, url }: TestDatabase, logged: string[]): Promise<SpawnedServer> {
  const holder = db.dedicatedClient();
  await holder`select pg_advisory_lock(7239478162)`;
  const starting = spawnServer(
    { DATABASE_URL: url },
    {
      onSpawn: ({ stdout }) => {
        if (stdout !== null) createInterface(stdout).on('line', (line) => logged.push(...messagesOf(line)));
      },
    },
  );
  const waiting = vi.waitFor(() => expect(logged).toHaveLength(1), { timeout: 60_000 });
  await Promise.race([waiting, starting]);
  await holder.end();
  return await starting;
}

/** The messages of a line of the log: its own, or that of its error. */
function messagesOf(line: string): string[] {
  if (!line.startsWith('{')) return [];
  const { msg, err } = z
    .object({ msg: z.string(), err: z.object({ message: z.string() }).optional() })
    .parse(JSON.parse(line));
  return [err?.message ?? msg];
}

/** The messages about a locked database, one that was restored from a backup, and one whose disk is full. */
async function damagedDatabase(): Promise<string[]> {
  await using database = await createTestDatabase();
  const logged: string[] = [];
  await using server = await startBehindLock(database, logged);
  const token = await signIn(server.url);
  const payment = { amountMinor: 100, method: 'credit_card', receiver: 'Corner Bookshop' };
  const create = () => send(`${server.url}/trpc/payments.create`, post(payment, bearer(token)));
  await create();
  const position = await selectNewestPosition(database.db);
  await vi.waitFor(async () =>
    expect((await metricsSamples(server.url)).get('paydeck_log_position')).toBe(position),
  );
  await database.db.orm.execute(`
    with lock as materialized (select pg_advisory_xact_lock(7239478161)),
    lost as (delete from events using lock where position > 1)
    select setval('events_position', 1)`);
  await vi.waitFor(() => expect(logged).toHaveLength(2), { timeout: 60_000 });

  await database.db.orm.execute(`
    create function full_disk() returns trigger language plpgsql as $$
    begin raise exception 'could not extend file' using errcode = '53100'; end $$`);
  await database.db.orm.execute(
    'create trigger full_disk before insert on payments execute function full_disk()',
  );
  // The server also logs this refusal, with the error's own message.
  const loggedBefore = [...logged];
  const { body } = await create();
  return [...loggedBefore, failure.parse(body).error.json.message];
}

test('the server prints every message that the page on troubleshooting explains', async () => {
  await using database = await createTestDatabase();
  const printed = [
    ...(await refusedStarts(database.url)),
    ...(await refusedCalls()),
    ...(await refusedSession()),
    ...(await refusedLongReads()),
    ...(await damagedDatabase()),
  ];
  const documented = await documentedMessages();
  const never = documented.filter((text) => !printed.some((message) => isInstance(message, text)));
  const unexplained = printed.filter((message) => !documented.some((text) => isInstance(message, text)));
  expect({ never, unexplained }).toEqual({ never: [], unexplained: [] });
});
