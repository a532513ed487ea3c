import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { type RestApi, startRestApi } from './rest-api.ts';

let api: RestApi;
beforeAll(async () => {
  api = await startRestApi();
});
afterAll(() => api[Symbol.asyncDispose]());

const payment = { amount: 10, method: 'credit_card', receiver: 'John Doe' };
const messageOf = (body: unknown) =>
  typeof body === 'object' && body !== null && 'message' in body ? body.message : undefined;

describe('the refusal of a payment names the field and its problem', () => {
  test.each([
    [{ amount: '10' }, 'amount must be a number in major units, such as 1250.00'],
    [{ amount: undefined }, 'amount must be a number in major units, such as 1250.00'],
    [{ amount: null }, 'amount must be a number in major units, such as 1250.00'],
    [{ amount: 0 }, 'amount must be greater than 0'],
    [{ amount: -5 }, 'amount must be greater than 0'],
    [{ amount: 0.001 }, 'amount must have no more decimals than USD allows, and must not be too large'],
    [{ amount: 1.005 }, 'amount must have no more decimals than USD allows, and must not be too large'],
    [{ amount: 1e-7 }, 'amount must have no more decimals than USD allows, and must not be too large'],
    [{ amount: 1e300 }, 'amount must have no more decimals than USD allows, and must not be too large'],
    [
      { amount: 10.5, currency: 'JPY' },
      'amount must have no more decimals than JPY allows, and must not be too large',
    ],
    [{ amount: 1_000_000.01 }, 'amount must not exceed 1,000,000 USD'],
    [{ amountMinor: 1000 }, 'The input must not have the field amountMinor'],
    [{ currency: 'XYZ' }, 'currency must be an ISO 4217 currency code, such as USD'],
    [{ method: 'cash' }, 'method must be credit_card, bank_transfer, or digital_wallet'],
    [{ status: 'done' }, 'status must be pending, success, or failed'],
    [{ receiver: 'John\0' }, 'receiver must not contain control characters or broken Unicode'],
    [{ receiver: 'J' }, 'receiver must have at least 2 characters'],
    [{ receiver: 'J'.repeat(101) }, 'receiver must have at most 100 characters'],
    [{ description: 'x'.repeat(501) }, 'description must have at most 500 characters'],
    [{ failureCode: 'declined' }, 'failureCode must be left out unless the status is failed'],
    [{ id: '1' }, 'The input must not have the field id'],
  ])('%j', async (change, message) => {
    const { status, body } = await api.post('/payments', { ...payment, ...change });
    expect(status).toBe(400);
    expect(messageOf(body)).toContain(message);
    expect(messageOf(body)).not.toMatch(/minor units|filter/i);
  });

  test('a refusal lists all problems', async () => {
    const { body } = await api.post('/payments', { amount: 'x', method: 'cash', receiver: 'J' });
    expect(messageOf(body)).toMatch(/^amount must .+; method must .+; receiver must .+$/);
  });
});

describe('the refusal of a query names the parameter', () => {
  test.each([
    ['page=0', 'page must '],
    ['page=one', 'page must '],
    ['page=1&page=2', 'page must '],
    ['page=1.5', 'page must '],
    ['limit=101', 'limit must '],
    ['limit=0', 'limit must '],
    ['status=done', 'status must '],
    ['status=success,done', 'status must '],
    ['method=cash', 'method must '],
    ['currency=XYZ', 'currency must '],
    ['startDate=yesterday', 'startDate must '],
    ['startDate=2024-02-30', 'startDate must '],
    ['endDate=2024-01-01T00:00:00', 'endDate must '],
    ['startDate=2024-02-01&endDate=2024-01-01', 'endDate must be after the start of the range'],
    ['minAmount=0.001', 'minAmount must have no more decimals than USD allows'],
    ['minAmount=-1', 'minAmount must '],
    ['minAmount=ten', 'minAmount must '],
    ['minAmount=2&maxAmount=1', 'maxAmount must not be less than the smallest amount'],
    [`search=${'x'.repeat(101)}`, 'search must have at most 100 characters'],
    ['startdate=2024-01-01', 'The input must not have the field startdate'],
  ])('%s', async (query, message) => {
    const { status, body } = await api.get(`/payments?${query}`);
    expect(status).toBe(400);
    expect(messageOf(body)).toContain(message);
    expect(messageOf(body)).not.toMatch(/minor|filter|\bto must|\bfrom must/i);
  });

  test.each([
    ['timeZone=Mars/Olympus', 'timeZone must be an IANA time zone'],
    ['startDate=2024-02-01&endDate=2024-01-01', 'endDate must be after the start of the range'],
    ['startDate=1900-01-01&endDate=2024-01-01', 'The range must have at most'],
    ['page=1', 'The input must not have the field page'],
  ])('stats: %s', async (query, message) => {
    const { status, body } = await api.get(`/payments/stats?${query}`);
    expect(status).toBe(400);
    expect(messageOf(body)).toContain(message);
  });
});

test('the body must be JSON, and must not be too large', async () => {
  const broken = await api.post('/payments', '{"amount": 10,');
  expect(broken).toMatchObject({ status: 400, body: { message: 'The request body is not valid JSON.' } });
  expect(await api.call('POST', '/payments')).toMatchObject({ status: 400 });
  expect(await api.post('/payments', '[]')).toMatchObject({ status: 400 });
  expect(await api.post('/payments', '{"__proto__": {"admin": true}}')).toMatchObject({ status: 400 });
  for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'application/xml']) {
    const refused = await api.post('/payments', 'amount=10', { headers: { 'content-type': type } });
    expect(refused).toMatchObject({ status: 415, body: { message: 'Send the body as application/json.' } });
  }
  const large = await api.post('/payments', { ...payment, description: 'x'.repeat(5_000_000) });
  expect(large).toMatchObject({
    status: 413,
    body: { message: 'The request body must not be larger than 64 kB.' },
  });
});

test('a body that the operation does not need must be JSON all the same', async () => {
  for (const [method, path] of [
    ['POST', '/auth/logout'],
    ['DELETE', '/users/00000000-0000-7000-8000-00000000dead'],
  ] as const) {
    const plain = { body: 'x', headers: { 'content-type': 'text/plain' } };
    expect(await api.call(method, path, plain)).toMatchObject({ status: 415 });
    expect(await api.call(method, path, { body: '{' })).toMatchObject({ status: 400 });
  }
});

test('404 for unknown routes, methods, payments and users', async () => {
  const unknown = '00000000-0000-7000-8000-00000000dead';
  for (const [method, path, message] of [
    ['GET', '/nope', 'There is no route GET /api/nope.'],
    ['PUT', `/payments/${unknown}`, `There is no route PUT /api/payments/${unknown}.`],
    ['GET', `/payments/${unknown}`, 'There is no payment with this id.'],
    ['PATCH', `/payments/${unknown}`, 'There is no payment with this id.'],
    ['PATCH', `/users/${unknown}`, 'There is no user with this id.'],
    ['DELETE', `/users/${unknown}`, 'There is no user with this id.'],
  ] as const) {
    const body = path.startsWith('/users') ? { active: true } : { status: 'success' };
    const reply = await api.call(method, path, method === 'PATCH' ? { body } : {});
    expect(reply).toMatchObject({ status: 404, body: { statusCode: 404, path: `/api${path}`, message } });
  }
  expect(await api.get('/payments/not-a-uuid')).toMatchObject({
    status: 400,
    body: { message: expect.stringMatching(/^id must be a UUID/) },
  });
});

test('401 without a token, with an invalid token, and for a wrong password', async () => {
  for (const token of [null, 'not-a-token']) {
    const reply = await api.get('/payments', { token });
    expect(reply.status).toBe(401);
    expect(reply.headers.get('www-authenticate')).toBe('Bearer');
  }
  const wrong = { username: 'admin', password: 'wrong' };
  expect(await api.post('/auth/login', wrong, { token: null })).toMatchObject({
    status: 401,
    body: { message: 'The user name or the password is wrong.' },
  });
});

test('callers without the right to call learn nothing about the input', async () => {
  expect(await api.post('/payments', { amount: 'x' }, { token: null })).toMatchObject({ status: 401 });
  const viewer = await api.addViewer('curious');
  expect(await api.post('/payments', { amount: 'x' }, { token: viewer })).toMatchObject({ status: 403 });
});

test('409 for a user name that is taken, and for the last admin', async () => {
  const taken = { username: 'Admin', password: 'another-password' };
  expect(await api.post('/users', taken)).toMatchObject({ status: 409 });
  const { id } = z.object({ id: z.string() }).parse((await api.get('/auth/profile')).body);
  const step = { body: { role: 'viewer' } };
  expect(await api.call('PATCH', `/users/${id}`, step)).toMatchObject({ status: 409 });
});

test('429 after ten wrong passwords in a row', async () => {
  const guess = { username: 'nobody', password: 'wrong' };
  for (let n = 0; n < 10; n++)
    expect(await api.post('/auth/login', guess, { token: null })).toMatchObject({ status: 401 });
  expect(await api.post('/auth/login', guess, { token: null })).toMatchObject({ status: 429 });
});

const long = 'x'.repeat(20_000);
test.each([
  ['no Host', 'GET /api/payments?search=x HTTP/1.1\r\nConnection: close', 400, '/api/payments'],
  [
    'a header that is none',
    'GET /api/payments?search=x HTTP/1.1\r\nHost: x\r\nnothing',
    400,
    '/api/payments',
  ],
  ['an unknown method', 'FETCH /api/payments HTTP/1.1\r\nHost: x', 400, '/api/payments'],
  ['no HTTP at all', 'nothing', 400, ''],
  ['long headers', `GET /api/users HTTP/1.1\r\nHost: x\r\nX-Long: ${long}`, 431, '/api/users'],
  ['a long URL', `GET /api/payments?search=${long} HTTP/1.1\r\nHost: x`, 431, '/api/payments'],
])('a request that Node refuses is answered with the usual failure body: %s', async (...row) => {
  const [, head, statusCode, path] = row;
  const { hostname, port } = new URL(api.server.url);
  const socket = connect(Number(port), hostname);
  socket.write(`${head}\r\n\r\n`);
  const [, status, body = ''] = /^HTTP\/1.1 (\d+) .*?\r\n\r\n(.*)$/s.exec(await text(socket)) ?? [];
  expect(status).toBe(String(statusCode));
  const shape = { statusCode, timestamp: expect.stringMatching(/Z$/), path, message: expect.any(String) };
  expect(JSON.parse(body)).toEqual(shape);
  expect(Object.keys(JSON.parse(body))).toEqual(['statusCode', 'timestamp', 'path', 'message']);
});
