import { once } from 'node:events';
import { connect } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestServer, type TestServer } from '../testing/start-test-server.ts';
import { post, send, signIn } from './plain-fetch.ts';
import { closing, openSocket } from './raw-socket.ts';

const origin = 'https://dashboard.example';
let server: TestServer;
let token: string;
beforeAll(async () => {
  server = await startTestServer({ environment: { CORS_ORIGIN: origin } });
  token = await signIn(server.url);
});
afterAll(() => server[Symbol.asyncDispose]());

const open = (options: Parameters<typeof openSocket>[1] = {}) =>
  openSocket(server.url, { token, ...options });
const payment = { amountMinor: 1_250, method: 'credit_card', receiver: 'John Doe' };

test('calls over a socket are made as the user of its token', async () => {
  await using socket = await open();
  const [me] = await socket.messages(socket.call('query', 'auth.me'));
  expect(me?.result).toMatchObject({ type: 'data', data: { json: { username: 'admin', role: 'admin' } } });

  const keyed = { ...payment, idempotencyKey: 'over-ws' };
  const [first] = await socket.messages(socket.call('mutation', 'payments.create', keyed));
  const [again] = await socket.messages(socket.call('mutation', 'payments.create', keyed));
  expect(first?.result?.data?.json).toMatchObject(payment);
  expect(again?.result?.data?.json).toEqual(first?.result?.data?.json);
});

test('a socket without a token may only sign in', async () => {
  await using socket = await openSocket(server.url);
  const [refused] = await socket.messages(socket.call('query', 'auth.me'));
  expect(refused?.error?.json.data).toMatchObject({ reason: 'not_signed_in', httpStatus: 401 });
  const [events] = await socket.messages(socket.call('subscription', 'payments.onChange'));
  expect(events?.error?.json.data.reason).toBe('not_signed_in');
  const credentials = { username: 'admin', password: 'admin123' };
  const [signedIn] = await socket.messages(socket.call('mutation', 'auth.login', credentials));
  expect(signedIn?.result?.data?.json).toMatchObject({ accessToken: expect.any(String) });
});

test.each(['nonsense', ''])(
  'an invalid token (%j) is refused with its reason, and the socket is closed',
  async (bad) => {
    await using socket = await open({ token: bad });
    const [refused] = await socket.messages(null);
    expect(refused?.error?.json).toMatchObject({
      message: /\S/,
      data: { reason: 'token_invalid', httpStatus: 401 },
    });
    await closing(socket);
  },
);

test.each(['{', '"text"', '{"method":"connectionParams","data":{"token":1}}', '[]', 'null'])(
  'the connection parameters %s are refused, and the socket is closed',
  async (first) => {
    await using socket = await openSocket(server.url, { path: '/trpc?connectionParams=1' });
    socket.ws.send(first);
    const [refused] = await socket.messages(null);
    expect(refused?.error?.json.data.reason).toBe('invalid_input');
    await closing(socket);
  },
);

test('the server’s own page, pages of listed origins and programs may connect, and other pages may not', async () => {
  const ownOrigin = new URL(server.url).origin;
  const welcome: Record<string, string>[] = [{ origin }, { origin: ownOrigin }, {}];
  for (const headers of welcome) {
    await using socket = await open({ headers });
    await socket.messages(socket.call('query', 'auth.me'));
  }
  const foreign = [
    'https://evil.example',
    `${origin}.evil.example`,
    'null',
    'http://dashboard.example',
    `${ownOrigin}0`,
  ];
  for (const from of foreign) await expect(open({ headers: { origin: from } })).rejects.toThrow('403');
});

test('sockets are accepted at /trpc only', async () => {
  for (const path of ['/', '/trpc2', '/api', '/health', '//trpc'])
    await expect(open({ path })).rejects.toThrow('404');
});

test('a message over the limit closes only its own socket', async () => {
  await using big = await open();
  await using other = await open();
  big.call('query', 'payments.list', { filter: { search: 'x'.repeat(300 * 1024) } });
  expect(await closing(big)).toMatchObject({ code: 1009 });
  const [me] = await other.messages(other.call('query', 'auth.me'));
  expect(me?.result?.type).toBe('data');
});

test.each([
  '{',
  'null',
  '3',
  '[]',
  '[null]',
  '{}',
  '{"id":null,"method":"query","params":{"path":"auth.me"}}',
  '{"id":7,"method":"query"}',
  '{"id":7,"method":"query","params":{"path":7}}',
  '{"id":7,"method":"drop","params":{"path":"auth.me"}}',
  '{"id":{},"method":"query","params":{"path":"auth.me"}}',
  '{"id":7,"method":"query","params":{"path":"__proto__.toString"}}',
  '{"id":7,"method":"subscription","params":{"path":"payments.onChange","lastEventId":{"a":1}}}',
  '{"id":7,"method":"subscription","params":{"path":"payments.create","input":{}}}',
  `${'['.repeat(50_000)}${']'.repeat(50_000)}`,
])('a malformed message leaves the socket usable: %.60s', async (message) => {
  await using socket = await open();
  socket.ws.send(message);
  socket.ws.send(Buffer.from(message));
  const [me] = await socket.messages(socket.call('query', 'auth.me'));
  expect(me?.result?.data?.json).toMatchObject({ username: 'admin' });
  for (const { error } of socket.received.filter(({ id }) => id !== 1))
    expect(error?.json.data.reason).toMatch(/^(invalid_input|not_found|method_not_supported)$/);
});

test.each([
  ['with reserved bits', [0xf1, 0x80, 0, 0, 0, 0]],
  ['that is not masked', [0x81, 0x01, 0x41]],
  ['with text that is not UTF-8', [0x81, 0x82, 0, 0, 0, 0, 0xff, 0xfe]],
  ['with a huge claimed length', [0x81, 0xff, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0]],
  ['with an invalid close code', [0x88, 0x82, 0, 0, 0, 0, 0x00, 0x01]],
  ['that continues no message', [0x80, 0x80, 0, 0, 0, 0]],
  ['with an unknown opcode', [0x8b, 0x80, 0, 0, 0, 0]],
])('a frame %s closes its socket, and the server keeps working', async (_, bytes) => {
  const { hostname, port } = new URL(server.url);
  const key = 'Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==';
  const raw = connect(Number(port), hostname);
  const ended = new Promise((resolve) => raw.once('close', resolve));
  raw.write(`GET /trpc HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n${key}\r\n\r\n`);
  raw.once('data', () => raw.write(Buffer.from(bytes)));
  raw.resume();
  await ended;
  expect((await send(`${server.url}/trpc/auth.login`, post({}))).status).toBe(400);
});

/** The first line of the answer to a raw request. The client keeps its half of the connection open. */
async function rawAnswer(request: string[]): Promise<{ status: string; ended: Promise<unknown> }> {
  const { hostname, port } = new URL(server.url);
  const raw = connect({ port: Number(port), host: hostname, allowHalfOpen: true });
  const ended = once(raw, 'end');
  raw.write(`${request.join('\r\n')}\r\n\r\n`);
  const [answer] = await once(raw, 'data');
  void ended.then(() => raw.destroy());
  return { status: String(answer).split('\r\n')[0] ?? '', ended };
}

test('a refused upgrade closes its connection, whatever the client does', async () => {
  const upgrade = ['Host: x', 'Connection: Upgrade', 'Upgrade: websocket'];
  const { status, ended } = await rawAnswer(['GET /elsewhere HTTP/1.1', ...upgrade]);
  expect(status).toBe('HTTP/1.1 404 Not Found');
  await ended;
});

test('a request that offers another protocol is answered over HTTP/1.1', async () => {
  const offer = [
    'Connection: Upgrade, HTTP2-Settings',
    'Upgrade: h2c',
    'HTTP2-Settings: AAMAAABkAAQAoAAAAAIAAAAA',
  ];
  const { status } = await rawAnswer(['GET /health HTTP/1.1', 'Host: x', ...offer]);
  expect(status).toBe('HTTP/1.1 200 OK');
});
