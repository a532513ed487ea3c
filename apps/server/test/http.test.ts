import { once } from 'node:events';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { createTestDatabase } from '@paydeck/db/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { startTestServer, type TestServer } from '../testing/start-test-server.ts';
import { bearer, post, type Reply, send, signIn } from './plain-fetch.ts';

const origin = 'https://dashboard.example';
const frontEnd = 'https://front-end.example:8443';
const uuid = expect.stringMatching(/^[0-9a-f-]{36}$/);
const isoInstant = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);

let server: TestServer;
let token: string;
beforeAll(async () => {
  server = await startTestServer({ environment: { CORS_ORIGIN: origin, FRONTEND_URL: `${frontEnd}/app` } });
  token = await signIn(server.url);
});
afterAll(() => server[Symbol.asyncDispose]());

const payment = { amountMinor: 1_250, method: 'credit_card', receiver: 'John Doe' };
const create = (body: unknown, headers: Record<string, string> = {}) =>
  send(`${server.url}/trpc/payments.create`, post(body, { ...bearer(token), ...headers }));

test('health has exactly the specified shape', async () => {
  const { status, headers, body } = await send(`${server.url}/health`);
  expect(status).toBe(200);
  expect(headers.get('content-type')).toMatch(/^application\/json/);
  expect(body).toEqual({
    status: 'ok',
    timestamp: isoInstant,
    uptime: expect.any(Number),
    environment: 'test',
  });
});

test('/health/ready lists its checks', async () => {
  const { status, body } = await send(`${server.url}/health/ready`);
  expect(status).toBe(200);
  expect(body).toEqual({
    status: 'ready',
    checks: { database: true, migrations: true, writes: true, logReader: true, accepting: true },
  });
});

test('a server whose database lacks a migration is alive but not ready', async () => {
  await using behind = await startTestServer();
  await behind.database.db.orm.execute(
    'delete from drizzle.__drizzle_migrations where id = (select max(id) from drizzle.__drizzle_migrations)',
  );
  const { status, body } = await send(`${behind.url}/health/ready`);
  expect(status).toBe(503);
  expect(body).toMatchObject({ status: 'unavailable', checks: { database: true, migrations: false } });
  expect((await send(`${behind.url}/health`)).status).toBe(200);
});

test('every answer has its own request id', async () => {
  const paths = ['/health', '/trpc/auth.me', '/trpc/nope', '/nope', '/%ZZ', '/api/payments/export'];
  const replies = await Promise.all(paths.map((path) => send(server.url + path)));
  const signedIn = await send(`${server.url}/api/payments/export`, { headers: bearer(token) });
  const ids = [...replies, signedIn].map(({ headers }) => headers.get('x-request-id'));
  for (const id of ids) expect(id).toEqual(uuid);
  expect(new Set(ids).size).toBe(ids.length);
});

test('outputs are superjson, with the Dates named in meta', async () => {
  const { status, body } = await create(payment);
  expect(status).toBe(200);
  expect(body).toEqual({
    result: {
      data: {
        json: {
          ...payment,
          id: uuid,
          currency: 'USD',
          status: 'pending',
          description: null,
          failureCode: null,
          failureMessage: null,
          createdAt: isoInstant,
          updatedAt: isoInstant,
        },
        meta: expect.objectContaining({ values: { createdAt: ['Date'], updatedAt: ['Date'] } }),
      },
    },
  });
});

test('inputs are plain JSON, so an input in the shape of superjson is invalid', async () => {
  const values = { amountMinor: ['custom', 'x'], receiver: ['typed-array', 'Float64Array'] };
  const { status, body } = await create({ json: payment, meta: { values } });
  expect(status).toBe(400);
  expect(body).toMatchObject({ error: { json: { data: { reason: 'invalid_input' } } } });

  const input = encodeURIComponent(JSON.stringify({ json: { limit: 1 }, meta: { values: {} } }));
  const list = await send(`${server.url}/trpc/payments.list?input=${input}`, { headers: bearer(token) });
  expect(list.status).toBe(400);
  expect(list.text).toContain('The input must not have the field');
});

const paymentOf = ({ body }: Reply) => answer.parse(body).result.data.json;
const answer = z.object({
  result: z.object({ data: z.object({ json: z.object({ id: z.string() }).loose() }) }),
});

test('a body may begin with a byte order mark', async () => {
  const { status, body } = await send(`${server.url}/trpc/payments.create`, {
    method: 'POST',
    headers: { ...bearer(token), 'content-type': 'application/json' },
    body: `\uFEFF${JSON.stringify(payment)}`,
  });
  expect(body).toMatchObject({ result: { data: { json: payment } } });
  expect(status).toBe(200);
});

test('repeating a create with its idempotency key returns the same payment', async () => {
  const key = { 'idempotency-key': 'key-of-a-single-create' };
  const first = await create(payment, key);
  const again = await create(payment, key);
  expect(first.status).toBe(200);
  expect(paymentOf(again)).toEqual(paymentOf(first));
  const other = await create({ ...payment, amountMinor: 2 }, key);
  expect(other.status).toBe(422);
  expect(other.body).toMatchObject({ error: { json: { data: { reason: 'idempotency_key_reused' } } } });
});

test('an error outside tRPC has the specified shape', async () => {
  for (const [path, statusCode] of [
    ['/nope?token=secret', 404],
    ['/api/nope', 404],
    ['/api/payments/export', 401],
    ['/%ZZ', 400],
  ] as const) {
    const { status, body, text } = await send(server.url + path);
    expect(status).toBe(statusCode);
    expect(body).toEqual({
      statusCode,
      timestamp: isoInstant,
      path: path.split('?')[0],
      message: expect.stringMatching(/\.$/),
    });
    expect(Object.keys(JSON.parse(text))).toEqual(['statusCode', 'timestamp', 'path', 'message']);
  }
});

test('a stopping server finishes running requests and refuses new ones with a reason', async () => {
  const stopping = await startTestServer();
  const { hostname, port } = new URL(stopping.url);
  const login =
    'POST /api/auth/login HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 2\r\n';
  const paths = ['/api/payments?search=x', '/trpc/auth.me', '/health/ready'];
  const connections = await Promise.all(
    paths.map(async (path) => {
      const socket = connect(Number(port), hostname);
      socket.write(`${login}Expect: 100-continue\r\n\r\n`);
      const [proceed] = await once(socket, 'data');
      expect(String(proceed)).toMatch(/^HTTP\/1.1 100 /);
      return { path, socket };
    }),
  );
  const stopped = stopping[Symbol.asyncDispose]();
  await expect.poll(() => fetch(`${stopping.url}/health`).catch(() => null)).toBeNull();

  const answers = connections.map(async ({ path, socket }) => {
    socket.write(`{}GET ${path} HTTP/1.1\r\nHost: x\r\n\r\n`);
    const [running = '', late = ''] = (await text(socket)).split(/(?=HTTP\/1.1 )/);
    expect(running).toMatch(/^HTTP\/1.1 400 .+username is required/s);
    expect(late).toMatch(/^HTTP\/1.1 503 /);
    return JSON.parse(late.slice(late.indexOf('\r\n\r\n')));
  });
  const message = 'The server is stopping. Try again in a moment.';
  const [rest, trpc, ready] = await Promise.all(answers);
  expect(rest).toEqual({ statusCode: 503, timestamp: isoInstant, path: '/api/payments', message });
  expect(trpc).toMatchObject({ error: { json: { message, data: { reason: 'shutting_down' } } } });
  expect(ready).toMatchObject({ status: 'unavailable', checks: { accepting: false } });
  await stopped;
});

test('pages of listed origins may call with credentials, and pages of other origins may not', async () => {
  const preflight = (from: string, path: string) =>
    send(server.url + path, {
      method: 'OPTIONS',
      headers: { origin: from, 'access-control-request-method': 'POST' },
    });
  for (const path of ['/trpc/payments.create', '/api/payments/export', '/health']) {
    for (const request of [
      preflight,
      (from: string) => send(server.url + path, { headers: { origin: from } }),
    ]) {
      for (const from of [origin, frontEnd]) {
        const listed = await request(from, path);
        expect(listed.headers.get('access-control-allow-origin')).toBe(from);
        expect(listed.headers.get('access-control-allow-credentials')).toBe('true');
        expect(listed.headers.get('vary')).toMatch(/\bOrigin\b/);
      }
      for (const from of [`${origin}.evil.example`, origin.replace('https', 'http'), 'null']) {
        const other = await request(from, path);
        expect([...other.headers.keys()].filter((name) => name.startsWith('access-control'))).toEqual([]);
        expect(other.headers.get('vary')).toMatch(/\bOrigin\b/);
      }
    }
  }
  const { headers } = await preflight(origin, '/trpc/payments.create');
  for (const method of ['GET', 'HEAD', 'PUT', 'PATCH', 'POST', 'DELETE', 'OPTIONS'])
    expect(headers.get('access-control-allow-methods')).toContain(method);
  for (const name of ['Content-Type', 'Authorization', 'Accept', 'Idempotency-Key'])
    expect(headers.get('access-control-allow-headers')).toContain(name);
});

test('in development, * allows pages of any origin', async () => {
  await using open = await startTestServer({ environment: { CORS_ORIGIN: '*' } });
  const { headers } = await send(`${open.url}/health`, { headers: { origin: 'https://any.example' } });
  expect(headers.get('access-control-allow-origin')).toBe('https://any.example');
});

test('Strict-Transport-Security names subdomains only if it was asked for', async () => {
  const header = async (url: string) =>
    (await send(`${url}/health`)).headers.get('strict-transport-security');
  expect(await header(server.url)).toBe('max-age=31536000');
  await using all = await startTestServer({ environment: { HSTS_SUBDOMAINS: 'on' } });
  expect(await header(all.url)).toBe('max-age=31536000; includeSubDomains');
});

test('a server in development answers local hosts only, over HTTP and WebSocket', async () => {
  await using database = await createTestDatabase({ empty: true });
  await using local = await startTestServer({ database, environment: { NODE_ENV: 'development' } });
  const { hostname, port } = new URL(local.url);
  const statusOf = async (head: string) => {
    const socket = connect(Number(port), hostname);
    socket.write(`${head}\r\n\r\n`);
    const [answer] = await once(socket, 'data');
    socket.destroy();
    return String(answer).slice(9, 12);
  };
  const upgrade =
    'Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==';
  const from = (host: string) => `Host: ${host}\r\nOrigin: http://${host}`;
  for (const path of ['/', '/health', '/api/openapi.json', '/metrics', '/trpc/auth.me']) {
    expect(await statusOf(`GET ${path} HTTP/1.1\r\n${from(`evil.example:${port}`)}`)).toBe('403');
    expect(await statusOf(`GET ${path} HTTP/1.1\r\n${from(`localhost:${port}`)}`)).not.toBe('403');
  }
  expect(await statusOf(`GET /trpc HTTP/1.1\r\n${from(`evil.example:${port}`)}\r\n${upgrade}`)).toBe('403');
  expect(await statusOf(`GET /trpc HTTP/1.1\r\n${from(`127.0.0.1:${port}`)}\r\n${upgrade}`)).toBe('101');
});
