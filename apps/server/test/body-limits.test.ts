import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestServer, type TestServer } from '../testing/start-test-server.ts';
import { bearer, jsonType, post, send, signIn } from './plain-fetch.ts';

let server: TestServer;
let admin: string;
let viewer: string;
beforeAll(async () => {
  server = await startTestServer();
  admin = await signIn(server.url);
  const credentials = { username: 'watcher', password: 'correct horse battery' };
  await send(`${server.url}/trpc/users.create`, post(credentials, bearer(admin)));
  viewer = await signIn(server.url, credentials);
});
afterAll(() => server[Symbol.asyncDispose]());

const kilobytes = (count: number) => 'x'.repeat(count * 1024);
const nested = (depth: number) => `${'['.repeat(depth)}${']'.repeat(depth)}`;
const payment = { amountMinor: 1_250, method: 'credit_card', receiver: 'John Doe' };

/** Sends a body of JSON without telling its length first. */
async function sendInChunks(path: string, chunks: readonly string[], headers: Record<string, string> = {}) {
  const sending = request(server.url + path, { method: 'POST', headers: { ...jsonType, ...headers } });
  const answered: Promise<IncomingMessage[]> = once(sending, 'response');
  sending.on('error', () => undefined);
  for (const chunk of chunks) sending.write(chunk);
  sending.end();
  const [response = expect.unreachable()] = await answered;
  return { status: response.statusCode, text: await text(response) };
}

describe('a caller without a token may send 16 kB', () => {
  const doors = ['/trpc/auth.login', '/api/auth/login', '/trpc/payments.createMany', '/api/payments'];

  test.each(doors)('%s', async (path) => {
    const over = await send(server.url + path, post(`{"username":"${kilobytes(16)}"}`));
    expect(over.status).toBe(413);
    expect(over.text).toContain('The request body must not be larger than 16 kB before you sign in.');
    const chunked = await sendInChunks(path, ['{"username":"', kilobytes(9), kilobytes(9), '"}']);
    expect(chunked.status).toBe(413);

    const within = `{"username":"${kilobytes(15)}"}`;
    expect((await send(server.url + path, post(within))).status).not.toBe(413);
    expect((await sendInChunks(path, [within])).status).not.toBe(413);
  });

  test('an unknown route is not found, and its body is not read', async () => {
    for (const path of ['/nope', '/api/nope', '/trpc/a/b']) {
      expect((await send(server.url + path, post(kilobytes(4_000)))).status).toBe(404);
    }
  });

  test('a token that is not valid is refused, whatever the body', async () => {
    const large = post({ payments: [kilobytes(20)] }, bearer('nonsense'));
    const refused = await send(`${server.url}/trpc/payments.createMany`, large);
    expect(refused.status).toBe(401);
    expect(refused.text).toContain('token_invalid');
  });

  test('the connection stays usable after a body that was not read', async () => {
    const large = post(kilobytes(4_000));
    for (let n = 0; n < 5; n++) {
      expect((await send(`${server.url}/api/auth/login`, large)).status).toBe(413);
      expect((await send(`${server.url}/health`)).status).toBe(200);
    }
  });
});

test('a signed-in caller may send 64 kB, and an admin 4 MB of payments', async () => {
  const payments = Array.from({ length: 1_000 }, () => ({ ...payment, description: 'x'.repeat(500) }));
  const many = `${server.url}/trpc/payments.createMany`;
  expect((await send(many, post({ payments }, bearer(admin)))).status).toBe(200);
  expect((await send(many, post({ payments }, bearer(viewer)))).status).toBe(403);
  const rows = JSON.stringify({ payments: payments.slice(0, 300) });
  expect((await sendInChunks('/trpc/payments.createMany', [rows], bearer(admin))).status).toBe(200);
  expect((await sendInChunks('/trpc/payments.createMany', [rows], bearer(viewer))).status).toBe(403);
  const over = await send(many, post({ payments, more: kilobytes(4_000) }, bearer(admin)));
  expect(over.text).toContain('The request body must not be larger than 4 MB.');

  const batch = `${server.url}/trpc/payments.create,payments.createMany?batch=1`;
  const batched = await send(batch, post({ 0: payment, 1: { payments } }, bearer(admin)));
  expect(batched.status).toBe(200);

  const one = { ...payment, description: kilobytes(63) };
  expect((await send(`${server.url}/trpc/payments.create`, post(one, bearer(admin)))).status).toBe(400);
  const two = { ...payment, description: kilobytes(64) };
  const refused = await send(`${server.url}/trpc/payments.create`, post(two, bearer(admin)));
  expect(refused.status).toBe(413);
  expect(refused.text).toContain('The request body must not be larger than 64 kB.');
});

test('the longest payment fits, even if every character is escaped', async () => {
  const escaped = (length: number) => '\\ud83e\\udd8a'.repeat(length);
  const body = `{"amount":12.5,"method":"credit_card","status":"failed","receiver":"${escaped(100)}","description":"${escaped(500)}","failureCode":"declined","failureMessage":"${escaped(500)}"}`;
  expect((await send(`${server.url}/api/payments`, post(body, bearer(admin)))).status).toBe(201);
});

describe('a refusal is smaller than 1 kB', () => {
  const unknown = Array.from({ length: 1_500 }, (_, n) => `"k${n}":1`).join(',');
  const bodies = {
    'unknown fields': `{${unknown}}`,
    'an unknown field with a long name': `{"${kilobytes(15)}":1}`,
    'unknown fields of control characters': `{"${'\\u0001'.repeat(1_000)}":1,"${'\\u0002'.repeat(1_000)}":1}`,
    'nested lists': nested(8_000),
    'wrong types': '{"username":[],"password":{},"refreshToken":1,"refresh_token":1}',
  };
  const paths = [
    '/trpc/auth.login',
    '/trpc/auth.refresh',
    '/api/auth/login',
    '/api/auth/refresh',
    '/api/users',
  ];
  test.each(Object.entries(bodies))('%s', async (_name, body) => {
    for (const path of [...paths, '/trpc/users.create', '/trpc/auth.login,auth.me?batch=1']) {
      const refused = await send(server.url + path, post(path.includes('batch') ? `{"0":${body}}` : body));
      expect(refused.status).toBeGreaterThanOrEqual(400);
      const calls = path.includes('batch') ? 2 : 1;
      expect(Buffer.byteLength(refused.text)).toBeLessThan(1024 * calls);
    }
    for (const path of ['/trpc/users.create', '/api/users']) {
      const refused = await send(server.url + path, post(body, bearer(admin)));
      expect(refused.status).toBe(400);
      expect(Buffer.byteLength(refused.text)).toBeLessThan(1024);
    }
  });

  test('a thousand invalid payments are counted', async () => {
    const payments = Array.from({ length: 1_000 }, () => ({ amountMinor: -1, method: 'cash' }));
    const refused = await send(`${server.url}/trpc/payments.createMany`, post({ payments }, bearer(admin)));
    expect(refused.status).toBe(400);
    expect(Buffer.byteLength(refused.text)).toBeLessThan(1024);
    expect(refused.text).toMatch(
      /payments\.0\.amountMinor must be greater than 0; .*and 2,?99\d more problems/,
    );
  });

  test('long paths and origins', async () => {
    const long = 'x'.repeat(12_000);
    for (const path of [`/${long}`, `/api/${long}`, `/trpc/${long}`, `/api/payments?search=${long}`]) {
      const refused = await send(server.url + path, { headers: bearer(admin) });
      expect(refused.status).toBeGreaterThanOrEqual(400);
      expect(Buffer.byteLength(refused.text)).toBeLessThan(1024);
    }
    const headers = { origin: `https://${long}.example`, 'x-paydeck-session': 'cookie' };
    const foreign = await send(`${server.url}/trpc/auth.login`, post({}, headers));
    expect(foreign.status).toBe(403);
    expect(Buffer.byteLength(foreign.text)).toBeLessThan(1024);
  });
});

describe('inputs that are not read as they are written', () => {
  const deep = `{"payments":${nested(21)}}`;
  test('JSON that is nested too deep is refused at every door', async () => {
    const message = 'JSON must not be nested more than 20 levels deep.';
    const input = encodeURIComponent(`{"filter":${nested(21)}}`);
    for (const [path, init] of [
      ['/trpc/payments.createMany', post(deep, bearer(admin))],
      ['/trpc/payments.createMany,payments.create?batch=1', post(`{"0":${deep}}`, bearer(admin))],
      ['/api/payments', post(deep, bearer(admin))],
      [`/trpc/payments.list?input=${input}`, { headers: bearer(admin) }],
      [`/trpc/payments.list,auth.me?batch=1&input=${input}`, { headers: bearer(admin) }],
    ] as const) {
      const refused = await send(server.url + path, init);
      expect(refused.status).toBe(400);
      expect(refused.text).toContain(message);
    }
  });

  const digits = 'must be a number that a double can hold: use at most 15 digits';
  test.each(['10.0000000000000000001', '1000000.00000000001', '1e400', '1.0000000000000001'])(
    'an amount of %s is refused at every door',
    async (amount) => {
      const rest = `{"amount":${amount},"method":"credit_card","receiver":"decimals"}`;
      const refused = await send(`${server.url}/api/payments`, post(rest, bearer(admin)));
      expect(refused).toMatchObject({ status: 400, body: { message: `amount ${digits}.` } });

      const trpc = rest.replace('amount', 'amountMinor');
      for (const [path, body, named] of [
        ['payments.create', trpc, 'amountMinor'],
        ['payments.createMany', `{"payments":[${trpc},${trpc}]}`, 'payments.1.amountMinor'],
        ['payments.create,payments.create?batch=1', `{"0":${trpc},"1":${trpc}}`, 'amountMinor'],
      ] as const) {
        const reply = await send(`${server.url}/trpc/${path}`, post(body, bearer(admin)));
        expect(reply.status).toBe(400);
        expect(reply.text).toContain(`{"path":"${named}","message":"${digits}"}`);
      }
      const filter = encodeURIComponent(`{"filter":{"minAmountMinor":${amount}}}`);
      const list = await send(`${server.url}/trpc/payments.list?input=${filter}`, { headers: bearer(admin) });
      expect(list.text).toContain(`"path":"filter.minAmountMinor"`);
      const found = await send(`${server.url}/api/payments?minAmount=${amount}`, { headers: bearer(admin) });
      expect(found.status).toBe(400);
      expect(found.text).toContain('minAmount must be a number');
    },
  );

  test('numbers that a double holds are read, however many zeros they end with', async () => {
    const body = '{"amount":19.990000000000000000000,"method":"credit_card","receiver":"decimals"}';
    expect(await send(`${server.url}/api/payments`, post(body, bearer(admin)))).toMatchObject({
      status: 201,
      body: { amount: 19.99 },
    });
  });
});
