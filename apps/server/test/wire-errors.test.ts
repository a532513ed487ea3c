import { type Reason, reasons } from '@paydeck/contract/reasons';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestServer, type TestServer } from '../testing/start-test-server.ts';
import { bearer, jsonType, post, type Reply, send, signIn } from './plain-fetch.ts';

let server: TestServer;
let token: string;
beforeAll(async () => {
  server = await startTestServer();
  token = await signIn(server.url);
});
afterAll(() => server[Symbol.asyncDispose]());

const call = (path: string, init: RequestInit = {}) => send(`${server.url}/trpc/${path}`, init);
const mutate = (path: string, body: unknown, headers: Record<string, string> = {}) =>
  call(path, post(body, { ...bearer(token), ...headers }));
const query = (path: string) => call(path, { headers: bearer(token) });

/** The error shape that the typed client reads, without a stack, a file path, SQL or a hash. */
function expectRefusal({ status, body, text }: Reply, expected: number, reason: Reason) {
  const data = { code: reasons[reason], httpStatus: expected, reason, issues: expect.any(Array) };
  const json = { message: expect.stringMatching(/\S/), code: expect.any(Number) };
  expect({ status, body: JSON.parse(JSON.stringify(body, withoutPath)) }).toEqual({
    status: expected,
    body: { error: { json: { ...json, data } } },
  });
  expectNothingInternal(text);
}

/** `path` is the procedure's path, or undefined, which superjson marks in `meta`. */
const withoutPath = (key: string, value: unknown) => (key === 'meta' || key === 'path' ? undefined : value);

function expectNothingInternal(text: string) {
  expect(text).not.toMatch(/stack|node_modules|file:|\.ts\b|\n? {4}at |\$2[aby]\$|Drizzle|Postgres/);
  expect(text).not.toMatch(/\b(select|insert into|failed query|constraint|relation|column)\b/i);
}

const valid = { amountMinor: 1_250, method: 'credit_card', receiver: 'John Doe' };
const paths = (path: string, n: number) => Array.from({ length: n }, () => path).join(',');

test('an invalid token and a missing one have different reasons', async () => {
  const [header, payload] = token.split('.');
  const unsigned = `${btoa('{"alg":"none","typ":"at+jwt"}').replaceAll('=', '')}.${payload}.`;
  for (const bad of ['x', 'x.y.z', `${header}.${payload}.AAAA`, unsigned])
    expectRefusal(await call('auth.me', { headers: bearer(bad) }), 401, 'token_invalid');
  expectRefusal(await call('auth.me'), 401, 'not_signed_in');
  expectRefusal(await call('auth.me', { headers: { authorization: 'Basic YTpi' } }), 401, 'not_signed_in');
});

test('the refusal of an input names each invalid field', async () => {
  const reply = await mutate('payments.create', { ...valid, amountMinor: -1, method: 'cash', extra: 1 });
  expectRefusal(reply, 400, 'invalid_input');
  const issues = ['amountMinor', 'method', ''].map((path) => ({ path, message: expect.any(String) }));
  expect(reply.body).toMatchObject({ error: { json: { data: { path: 'payments.create', issues } } } });

  const many = await mutate('payments.createMany', { payments: [valid, { ...valid, amountMinor: 0.5 }] });
  expectRefusal(many, 400, 'invalid_input');
  expect(many.body).toMatchObject({
    error: { json: { data: { issues: [{ path: 'payments.1.amountMinor' }] } } },
  });
});

test.each([
  ['cut off', '{"amountMinor": 1250,'],
  ['empty', ''],
  ['null', 'null'],
  ['a list', '[1]'],
  ['not JSON', 'amountMinor=1250'],
  ['with a prototype', `{"__proto__": {"role": "admin"}, ${JSON.stringify(valid).slice(1)}`],
  ['deeply nested', '['.repeat(20_000) + ']'.repeat(20_000)],
])('a body that is %s is an invalid input', async (_, body) => {
  expectRefusal(await mutate('payments.create', body), 400, 'invalid_input');
});

test.each([
  ['payments.list', { filter: { from: '0000-12-31' } }],
  ['payments.list', { filter: { to: '9999-12-31T23:59:59-14:00' } }],
  ['stats.dashboard', { from: '0001-01-01', to: '0001-01-03' }],
  ['stats.dashboard', { to: '0001-01-03' }],
  ['stats.dashboard', { from: '9999-12-30', to: '9999-12-31T23:59:59-14:00' }],
  ['stats.revenue', { from: '0000-01-01', to: '0000-03-01', interval: 'month', timeZone: 'Asia/Tokyo' }],
  ['stats.failures', { from: '0099-12-31', to: '0100-01-02' }],
])('%s refuses a range at the end of the calendar: %j', async (path, input) => {
  expectRefusal(
    await query(`${path}?input=${encodeURIComponent(JSON.stringify(input))}`),
    400,
    'invalid_input',
  );
});

test('a range without payments gives empty results', async () => {
  for (const range of [
    { from: '0100-02-01', to: '0102-01-01' },
    { from: '9998-01-01', to: '9999-12-31' },
  ]) {
    for (const timeZone of ['UTC', 'Pacific/Kiritimati', 'Pacific/Pago_Pago']) {
      const input = encodeURIComponent(JSON.stringify({ ...range, timeZone, interval: 'month' }));
      const revenue = await query(`stats.revenue?input=${input}`);
      expect([timeZone, revenue.status]).toEqual([timeZone, 200]);
    }
  }
});

test.each(['application/xml', 'text/plain', 'application/x-www-form-urlencoded', 'application/octet-stream'])(
  'a body of type %s is refused',
  async (type) => {
    expectRefusal(
      await mutate('payments.create', '{}', { 'content-type': type }),
      415,
      'unsupported_media_type',
    );
  },
);

test('a body over the limit is refused, whatever its type, with or without a Content-Length', async () => {
  const megabyte = 'x'.repeat(1024 * 1024);
  const oversized = new Blob(Array.from({ length: 5 }, () => megabyte));
  const known: RequestInit = { method: 'POST', headers: jsonType, body: oversized };
  expectRefusal(await call('auth.login', known), 413, 'payload_too_large');

  const form = { 'content-type': 'multipart/form-data; boundary=x' };
  const chunked = { method: 'POST', headers: form, body: oversized.stream(), duplex: 'half' } as const;
  const reply = await call('auth.login', chunked);
  expect(reply.status).toBe(413);
  expectRefusal(reply, 413, 'payload_too_large');
});

test('an unknown procedure is not found', async () => {
  for (const path of [
    'nope',
    'payments',
    'payments.nope',
    '__proto__',
    'constructor',
    'payments.toString',
    '',
  ])
    expectRefusal(await query(path), 404, 'not_found');
  for (const path of ['%ZZ', 'a'.repeat(3_000)]) expectRefusal(await query(path), 400, 'invalid_input');
});

test('the HTTP method must match the procedure', async () => {
  expectRefusal(await query('payments.create'), 405, 'method_not_supported');
  expectRefusal(await mutate('payments.list', {}), 405, 'method_not_supported');
  const put = { ...post({}, bearer(token)), method: 'PUT' };
  expectRefusal(await call('payments.create', put), 405, 'method_not_supported');
});

test('a batch may have 20 calls, but no idempotency-key header', async () => {
  const twenty = await query(`${paths('auth.me', 20)}?batch=1&input={}`);
  expect(twenty.status).toBe(200);
  expect(twenty.body).toHaveLength(20);
  expectRefusal(await query(`${paths('auth.me', 21)}?batch=1&input={}`), 400, 'invalid_input');

  const batch = `${paths('payments.create', 2)}?batch=1`;
  const keyed = await mutate(batch, { 0: valid, 1: valid }, { 'idempotency-key': 'k' });
  expect(keyed.status).toBe(400);
  for (const body of Array.isArray(keyed.body) ? keyed.body : [null])
    expectRefusal({ ...keyed, body }, 400, 'invalid_input');
  const { body } = await query('payments.list?input={}');
  expect(body).toMatchObject({ result: { data: { json: { total: 0 } } } });
});

test('each call of a batch fails separately', async () => {
  const reply = await mutate(`${paths('payments.create', 2)}?batch=1`, { 0: valid, 1: {} });
  expect(reply.status).toBe(207);
  expect(reply.body).toMatchObject([
    { result: { data: { json: { receiver: 'John Doe' } } } },
    { error: { json: { data: { reason: 'invalid_input' } } } },
  ]);
});

test('a database failure reveals nothing about the database', async () => {
  const { orm } = server.database.db;
  await orm.execute(`alter table payments add constraint doomed check (receiver <> 'Doomed Ltd')`);
  expectRefusal(await mutate('payments.create', { ...valid, receiver: 'Doomed Ltd' }), 500, 'internal');
  expect((await mutate('payments.create', valid)).status).toBe(200);

  await orm.execute(`alter table users add constraint doomed check (username <> 'doomed')`);
  const user = { username: 'doomed', password: 'correct horse battery' };
  expectRefusal(await mutate('users.create', user), 500, 'internal');

  await orm.execute('alter table payments rename column failure_message to elsewhere');
  expectRefusal(await query('payments.list?input={}'), 500, 'internal');
  await orm.execute('alter table payments rename column elsewhere to failure_message');
  expect((await query('payments.list?input={}')).status).toBe(200);
});
