import { connect } from 'node:net';
import { createTestDatabase, type TestDatabase } from '@paydeck/db/testing';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { z } from 'zod';
import { type SpawnedServer, spawnServer } from '../testing/spawn-server.ts';
import { bearer, post, send, signIn } from './plain-fetch.ts';

let database: TestDatabase;
let server: SpawnedServer;
beforeAll(async () => {
  database = await createTestDatabase();
  server = await spawnServer({ DATABASE_URL: database.url, LOG_LEVEL: 'info' });
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
  await database[Symbol.asyncDispose]();
});

const line = z.object({
  level: z.number(),
  time: z.number(),
  msg: z.string(),
  reqId: z.uuid().optional(),
  req: z.object({ method: z.string(), path: z.string(), remoteAddress: z.string() }).strict().optional(),
  path: z.string().optional(),
  reason: z.string().optional(),
});

/** The log so far, without the greeting before it. */
const logged = () =>
  server
    .output()
    .split('\n')
    .filter((text) => text.startsWith('{'))
    .map((text) => line.parse(JSON.parse(text)));

/** Sends bytes unchanged and returns the head of the answer. */
function sendRaw(bytes: string | Buffer): Promise<string> {
  const { hostname, port } = new URL(server.url);
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), hostname, () => socket.write(bytes));
    let answer = '';
    socket.on('data', (chunk) => {
      answer += chunk;
      if (answer.includes('\r\n\r\n')) socket.destroy();
    });
    socket.on('error', reject);
    socket.on('close', () => resolve(answer));
  });
}

test('the log is JSON with request ids, without tokens, passwords, query strings or parameters', async () => {
  const token = await signIn(server.url);
  const as = bearer(token);
  const call = (path: string, init: RequestInit = { headers: as }) =>
    send(`${server.url}/trpc/${path}`, init);

  const user = { username: 'doomed', password: 'hunter2-hunter2' };
  await call('auth.login', post({ username: 'admin', password: 'guess-of-a-password' }));
  await call('auth.me', { headers: bearer('a-token-that-is-wrong') });
  await call(`payments.list?input=${encodeURIComponent('{"filter":{"search":"needle"}}')}`);
  await call(`auth.me?token=${token}`);
  await send(`${server.url}/api/payments/export?search=needle`, { headers: as });
  await call('auth.refresh', post({ refreshToken: 'a-refresh-token' }));

  // Database failures, whose errors hold the row, the statement and its parameters.
  const { orm } = database.db;
  await orm.execute(`alter table users add constraint doomed check (username <> 'doomed')`);
  expect((await call('users.create', post(user, as))).status).toBe(500);
  await orm.execute('alter table payments rename column failure_message to elsewhere');
  // Another input than above, whose answer is still shared.
  const input = encodeURIComponent('{"filter":{"search":"needle"},"limit":3}');
  const failed = await call(`payments.list?input=${input}`);
  expect(failed.status).toBe(500);
  await orm.execute('alter table payments rename column elsewhere to failure_message');

  const id = failed.headers.get('x-request-id');
  await vi.waitFor(() => {
    const ofFailed = logged().filter(({ reqId }) => reqId === id);
    expect(ofFailed.map(({ msg }) => msg)).toEqual(['incoming request', 'call failed', 'request completed']);
    expect(ofFailed[0]?.req).toMatchObject({ method: 'GET', path: '/trpc/payments.list' });
    expect(ofFailed[1]).toMatchObject({ path: 'payments.list', reason: 'internal', level: 50 });
  });
  const reasons = logged().flatMap(({ msg, reason }) => (msg === 'call refused' ? [reason] : []));
  expect(reasons).toEqual(['invalid_credentials', 'token_invalid', 'session_ended']);

  const output = server.output();
  expect(output).toContain('doomed');
  for (const secret of [
    token,
    'a-token-that',
    'a-refresh',
    user.password,
    'guess-of',
    'needle',
    '$2b$',
    'Bearer',
  ])
    expect(output).not.toContain(secret);
  const printed = output.split('\n').filter((text) => !text.startsWith('{'));
  expect(printed.join('\n')).toBe(
    `\nPaydeck is ready at ${server.url}\nSign in as admin with password admin123.\n` +
      'This is the development default. Change it before anyone else can reach this server.\n\n' +
      `Before you run demo, paydeck or an example in another terminal: export PAYDECK_URL=${server.url}\n\n`,
  );
});

const upgrade = [
  'Connection: Upgrade',
  'Upgrade: websocket',
  'Sec-WebSocket-Version: 13',
  'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
].join('\r\n');

test.each([
  ['a bad Host', 'GET /trpc/auth.me HTTP/1.1\r\nHost: [bad\r\nConnection: close\r\n\r\n', / 400 /],
  ['a Host with a space', 'GET /trpc/auth.me HTTP/1.1\r\nHost: a b\r\nConnection: close\r\n\r\n', / 400 /],
  ['no Host', 'GET /health HTTP/1.1\r\nConnection: close\r\n\r\n', / 400 /],
  ['no Host in HTTP/1.0', 'GET /health HTTP/1.0\r\n\r\n', / 200 /],
  ['a bad absolute URL', 'GET http://[:bad/ HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n', / 400 /],
  ['two slashes', 'GET //trpc/auth.me HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n', / 404 /],
  ['garbage', Buffer.from([0, 1, 2, 255, 254, 13, 10, 13, 10]), / 400 /],
  ['a huge header', `GET / HTTP/1.1\r\nHost: x\r\nX-Long: ${'a'.repeat(20_000)}\r\n\r\n`, / 431 /],
  [
    'a bad chunk',
    'POST /trpc/auth.login HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n',
    / 400 /,
  ],
  [
    'a bad length',
    'POST /trpc/auth.login HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n',
    / 400 /,
  ],
  ['a socket with a bad Host', `GET /trpc HTTP/1.1\r\nHost: [bad\r\n${upgrade}\r\n\r\n`, / 101 /],
  ['a socket from a bad origin', `GET /trpc HTTP/1.1\r\nHost: x\r\nOrigin: [\r\n${upgrade}\r\n\r\n`, / 403 /],
  [
    'a socket with a bad URL',
    `GET /trpc?%ZZ=%ZZ HTTP/1.1\r\nHost: x\r\n${upgrade}\r\n\r\n\xff\xff\xff`,
    / 101 /,
  ],
  [
    'an upgrade to another protocol',
    'GET /trpc HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n',
    / 404 /,
  ],
])('a request with %s is refused, and the server keeps working', async (_, bytes, status) => {
  expect((await sendRaw(bytes)).split('\r\n')[0]).toMatch(status);
  expect((await send(`${server.url}/health`)).status).toBe(200);
  expect(server.process.exitCode).toBeNull();
});
