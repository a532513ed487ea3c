import { secondFactorRequest } from '@paydeck/api/second-factor-schema';
import { authenticatorOf } from '@paydeck/api/testing/authenticator';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { procedures } from '../../src/calls/procedures.ts';
import { adminCredentials } from '../../testing/start-test-server.ts';
import { bearer } from '../plain-fetch.ts';
import { card, expectRecorded, origin } from './expect-recorded.ts';
import { recordedPayments } from './recorded-payments.ts';

const inputOf = (input: unknown) => `input=${encodeURIComponent(JSON.stringify(input))}`;
const trpc = (path: string, input?: unknown) =>
  `/trpc/${path}${input === undefined ? '' : `?${inputOf(input)}`}`;

const identified = z.object({ id: z.string() });
const resultOf = (body: unknown): unknown =>
  z.object({ result: z.object({ data: z.object({ json: z.unknown() }) }) }).parse(body).result.data.json;
const idOf = (body: unknown) => identified.parse(resultOf(body)).id;

const challengeOf = (body: unknown): string =>
  z
    .object({
      error: z.object({ json: z.object({ data: z.object({ secondFactor: secondFactorRequest }) }) }),
    })
    .parse(body).error.json.data.secondFactor.challenge;

const otherSessionIn = (sessions: unknown) =>
  z
    .array(z.object({ id: z.string(), current: z.boolean() }))
    .parse(sessions)
    .find(({ current }) => !current)?.id;

const range = { from: '2024-02-28', to: '2024-03-03' };

test('every procedure over HTTP', () =>
  expectRecorded('procedures.txt', async ({ admin, send, text }) => {
    const query = (path: string, input?: unknown, headers = admin) =>
      send(path, { path: trpc(path, input), headers });
    const mutate = (path: string, body?: unknown, headers = admin) =>
      send(path, { method: 'POST', path: trpc(path), headers, body });

    await mutate('payments.createMany', { payments: recordedPayments });
    const payments = recordedPayments.slice(0, 1).map((payment) => ({
      ...payment,
      id: '018f0000-0000-7000-8000-000000000001',
    }));
    await mutate('payments.import', { payments });
    await mutate('payments.import', { payments });
    const created = idOf(await mutate('payments.create', card));
    await mutate('payments.create', { ...card, status: 'failed', failureCode: 'card_declined' });
    const key = { ...admin, 'idempotency-key': 'recorded' };
    await mutate('payments.create', card, key);
    await mutate('payments.create', card, key);
    await mutate('payments.update', {
      id: created,
      status: 'failed',
      failureMessage: 'No',
      description: 'x',
    });
    await query('payments.byId', { id: created });
    await query('payments.history', { id: created });
    await query('payments.currencies');
    await query('payments.list');
    await query('payments.list', { limit: 2, filter: { status: ['success', 'failed'], search: 'É' } });
    await query('payments.list', { limit: 2, page: 2 });
    await query('payments.list', { filter: { search: 'matches nothing' } });
    await query('stats.dashboard', { ...range, timeZone: 'Asia/Kathmandu' });
    await query('stats.dashboard', { ...range, filter: { search: 'matches nothing' } });
    await query('stats.revenue', { ...range, interval: 'week' });
    await query('stats.failures', range);
    await query('stats.overview', { ...range, timeZone: 'Asia/Kathmandu', interval: 'day' });

    const user = { username: 'recorded', password: 'securepassword123' };
    const userId = idOf(await mutate('users.create', user));
    await query('users.list');
    await mutate('users.update', { id: userId, role: 'admin' });
    await mutate('users.resetPassword', { id: userId, password: 'securepassword124' });
    const session = await mutate('auth.login', { username: 'recorded', password: 'securepassword124' }, {});
    const { accessToken, refreshToken } = z
      .object({ accessToken: z.string(), refreshToken: z.string() })
      .parse(resultOf(session));
    await query('auth.me', undefined, bearer(accessToken));
    await query('auth.streamTicket', undefined, bearer(accessToken));
    await mutate('auth.refresh', { refreshToken }, {});
    const passwords = { currentPassword: 'securepassword124', newPassword: 'securepassword125' };
    await mutate('auth.confirmPassword', { password: 'securepassword124' }, bearer(accessToken));
    await mutate('users.changePassword', passwords, bearer(accessToken));
    await mutate('auth.login', { username: 'recorded', password: 'securepassword125' }, {});
    const own = resultOf(await query('sessions.list', undefined, bearer(accessToken)));
    await mutate('sessions.end', { id: otherSessionIn(own) }, bearer(accessToken));
    await mutate('sessions.end', { id: otherSessionIn(own) }, bearer(accessToken));
    await mutate('sessions.endAll', {}, bearer(accessToken));
    await query('sessions.list', { userId });
    const password = passwords.newPassword;
    const enrolled = await mutate('secondFactor.enrolTotp', { password }, bearer(accessToken));
    const authenticator = authenticatorOf(z.object({ secret: z.string() }).parse(resultOf(enrolled)).secret);
    await mutate('secondFactor.confirmTotp', { code: authenticator.code(-1) }, bearer(accessToken));
    await query('secondFactor.get', undefined, bearer(accessToken));
    await mutate('secondFactor.renewRecoveryCodes', { password }, bearer(accessToken));
    const challenge = challengeOf(await mutate('auth.login', { username: 'recorded', password }, {}));
    await mutate('auth.verifySecondFactor', { challenge, code: 'wrong' }, {});
    await mutate('auth.verifySecondFactor', { challenge, code: authenticator.code() }, {});
    await mutate('secondFactor.removeTotp', { password }, bearer(accessToken));
    await mutate('users.removeSecondFactor', { id: userId });
    const { token } = z
      .object({ token: z.string() })
      .parse(resultOf(await mutate('passwordLinks.create', { userId })));
    await query('passwordLinks.list');
    await mutate('passwordLinks.check', { token }, {});
    await mutate('passwordLinks.setPassword', { token, password: 'securepassword126' }, {});
    await mutate('passwordLinks.check', { token }, {});
    await mutate('passwordLinks.create', { userId });
    await mutate('passwordLinks.revoke', { userId });
    await mutate('auth.logout', undefined, { ...bearer(accessToken), 'content-type': 'application/json' });
    await mutate('users.delete', { id: userId });

    const apiKey = z
      .object({ id: z.string(), key: z.string() })
      .parse(resultOf(await mutate('apiKeys.create', { name: 'recorded', role: 'viewer' })));
    await query('apiKeys.list');
    await query('auth.me', undefined, bearer(apiKey.key));
    await mutate('apiKeys.revoke', { id: apiKey.id });
    await query('audit.list', { action: ['api_key.create', 'api_key.revoke'] });
    await query('audit.verify', {});

    const recorded = text().matchAll(/^## (.+)$/gm);
    const paths = new Set([...recorded].map(([, path]) => path));
    const missing = [...procedures].filter(
      ([path, { _def }]) => _def.type !== 'subscription' && !paths.has(path),
    );
    expect(missing.map(([path]) => path)).toEqual([]);
  }));

test('refusals over tRPC', () =>
  expectRecorded('refusals.txt', async ({ admin, send }) => {
    const post = (name: string, path: string, body: unknown, headers: Record<string, string> = {}) =>
      send(name, { method: 'POST', path, body, headers: { ...admin, ...headers } });
    const get = (name: string, path: string, headers: Record<string, string> = admin) =>
      send(name, { path, headers });
    const viewerKey = z
      .object({ key: z.string() })
      .parse(resultOf(await post('a key', '/trpc/apiKeys.create', { name: 'viewer', role: 'viewer' }))).key;
    const viewer = bearer(viewerKey);

    await get('no token', '/trpc/payments.list', {});
    await get('another scheme', '/trpc/payments.list', { authorization: 'Basic YTpi' });
    await get('an invalid token', '/trpc/payments.list', bearer('nonsense'));
    await get('an unknown API key', '/trpc/payments.list', bearer(`pdk_${'a'.repeat(43)}`));
    await post('a lesser role', '/trpc/payments.create', card, viewer);
    await get('an API key where a user is needed', '/trpc/apiKeys.list', viewer);
    await get('an invalid input', trpc('payments.list', { limit: 0, filter: { status: ['x'], y: 1 } }));
    await get('an input that is not JSON', '/trpc/payments.list?input=%7B');
    await get('an input with a broken escape', '/trpc/payments.list?input=%E0%A4%A');
    await get('an input that is null', '/trpc/payments.list?input=null');
    await get('an empty input', '/trpc/payments.list?input=');
    await get('two inputs', `/trpc/payments.list?${inputOf({ limit: 1 })}&${inputOf({ limit: 0 })}`);
    await get('a plus for a space', '/trpc/payments.list?input=%7B+%22limit%22:1+%7D');
    await get('another parameter', `/trpc/payments.list?lastEventId=3&${inputOf({ limit: 1 })}`);
    await get('a missing payment', trpc('payments.byId', { id: '018f0000-0000-7000-8000-00000000dead' }));
    await get('an invalid cursor', trpc('payments.list', { cursor: 'x' }));
    await get('an unknown procedure', '/trpc/payments.nothing');
    await get('the name of a prototype', '/trpc/constructor');
    await get('an escaped path', '/trpc/payments%2Elist?input=%7B%22limit%22:0%7D');
    await get('a path of two parts', '/trpc/payments/list');
    await get('a broken path', '/trpc/%E0%A4%A');
    await get('a mutation by GET', '/trpc/payments.create');
    await post('a query by POST', '/trpc/payments.list', { limit: 1 });
    await post('no body', '/trpc/payments.create', '');
    await post('a body that is cut off', '/trpc/payments.create', '{"amountMinor": 1250,');
    await post('a body that is null', '/trpc/payments.create', 'null');
    await post('an input parameter of a mutation', `/trpc/payments.create?${inputOf(card)}`, '');
    await post('a body with a prototype', '/trpc/payments.create', '{"__proto__": {}, "amountMinor": 1}');
    for (const type of [
      'text/plain',
      'application/xml',
      'application/octet-stream',
      'APPLICATION/JSON; charset=utf-8',
    ]) {
      await post(`a body of type ${type}`, '/trpc/payments.create', '{}', { 'content-type': type });
    }
    const form = '--x\r\nContent-Disposition: form-data; name="a"\r\n\r\n1\r\n--x--\r\n';
    await post('a form', '/trpc/payments.create', form, {
      'content-type': 'multipart/form-data; boundary=x',
    });
    await get('a GET with a type', '/trpc/payments.list', {
      ...admin,
      'content-type': 'multipart/form-data',
    });
    await get('a GET of plain text', trpc('auth.me'), { ...admin, 'content-type': 'text/plain' });
    await post('a key that was used', '/trpc/payments.create', card, { 'idempotency-key': 'refused' });
    await post(
      'a key for another input',
      '/trpc/payments.create',
      { ...card, amountMinor: 1 },
      { 'idempotency-key': 'refused' },
    );
    await post('a key that is too long', '/trpc/payments.create', card, {
      'idempotency-key': 'k'.repeat(301),
    });
    await post('a wrong password', '/trpc/auth.login', { username: 'admin', password: 'wrong' });
    await post('a wrong refresh token', '/trpc/auth.refresh', { refreshToken: 'wrong' });
    await post('a body over the limit', '/trpc/payments.create', ' '.repeat(4 * 1024 * 1024 + 1));
    const connection = encodeURIComponent('{"token":"x"}');
    await get('connection parameters', `/trpc/auth.me?connectionParams=${connection}`);
    await get('broken connection parameters', '/trpc/auth.me?connectionParams=1');
  }));

test('batches and event streams', () =>
  expectRecorded('batches.txt', async ({ admin, send }) => {
    const list = encodeURIComponent('{"0":{"limit":1},"1":{"limit":0}}');
    const batch = `/trpc/payments.list,payments.list?batch=1&input=${list}`;
    await send('a batch', { path: batch, headers: admin });
    await send('a batch of one', { path: '/trpc/auth.me?batch=1', headers: admin });
    await send('a batch without a token', { path: batch });
    await send('a batch of mutations', {
      method: 'POST',
      path: '/trpc/payments.create,payments.create?batch=1',
      headers: admin,
      body: { 0: card, 1: { ...card, amountMinor: 0 } },
    });
    await send('a batch with a key', {
      method: 'POST',
      path: '/trpc/payments.create,payments.create?batch=1',
      headers: { ...admin, 'idempotency-key': 'batch' },
      body: { 0: card, 1: card },
    });
    await send('a mixed batch', { path: '/trpc/auth.me,payments.create?batch=1', headers: admin });
    await send('a batch that is too large', {
      path: `/trpc/${Array(21).fill('auth.me')}?batch=1`,
      headers: admin,
    });
    const streamed = { ...admin, 'trpc-accept': 'application/jsonl' };
    await send('a streamed batch', { path: batch, headers: streamed });
    await send('a streamed call', { path: '/trpc/auth.me', headers: streamed });
    const accepting = { ...admin, accept: 'text/html, application/jsonl' };
    await send('a call that accepts lines', { path: '/trpc/auth.me', headers: accepting });

    await send('an event stream', {
      path: trpc('payments.onChange', { lastEventId: '0' }),
      headers: admin,
      until: /^.*\nid: [^\n]*\n/s,
    });
    await send('an event stream without a token', { path: '/trpc/payments.onChange' });
    await send('an event stream with an invalid input', {
      path: trpc('payments.onChange', { filter: 1 }),
      headers: admin,
      until: /^.*"issues":[^\n]*\n/s,
    });
    await send('a subscription by POST', {
      method: 'POST',
      path: '/trpc/payments.onChange',
      headers: admin,
      body: {},
    });
  }));

test('methods, CORS and cookies', () =>
  expectRecorded('methods.txt', async ({ admin, send }) => {
    const foreign = 'https://evil.example';
    for (const method of ['HEAD', 'OPTIONS', 'PUT', 'PATCH', 'DELETE'])
      await send(`${method} of a procedure`, { method, path: '/trpc/auth.me', headers: admin });
    for (const method of ['HEAD', 'OPTIONS', 'PUT'])
      await send(`${method} of a REST route`, { method, path: '/api/payments', headers: admin });
    for (const from of [origin, foreign]) {
      const headers = { ...admin, origin: from };
      const preflight = { origin: from, 'access-control-request-method': 'POST' };
      await send('a preflight', { method: 'OPTIONS', path: '/trpc/auth.me', headers: preflight });
      await send('a query', { path: '/trpc/auth.me', headers });
      await send('a refused query', { path: trpc('payments.list', { limit: 0 }), headers });
      await send('a batch', { path: '/trpc/auth.me?batch=1', headers });
      await send('REST', { path: '/api/auth/profile', headers });
      await send('not found', { path: '/nope', headers });
    }
    const cookie = (from: string) => ({ origin: from, 'x-paydeck-session': 'cookie' });
    await send('signing in with a cookie', {
      method: 'POST',
      path: '/trpc/auth.login',
      headers: cookie(origin),
      body: adminCredentials,
    });
    await send('signing in from a foreign page', {
      method: 'POST',
      path: '/trpc/auth.login',
      headers: cookie(foreign),
      body: adminCredentials,
    });
    await send('a refresh with a wrong cookie', {
      method: 'POST',
      path: '/trpc/auth.refresh',
      headers: { ...cookie(origin), cookie: 'paydeck-session=wrong' },
      body: {},
    });
    await send('a query with the session header', {
      path: '/trpc/auth.me',
      headers: { ...admin, ...cookie(foreign) },
    });
    await send('an unknown procedure with the session header', {
      path: '/trpc/no',
      headers: cookie(foreign),
    });
    await send('health', { path: '/health' });
    await send('ready', { path: '/health/ready' });
    await send('a malformed URL', { path: '/%ZZ' });
  }));

test('REST', () =>
  expectRecorded('rest.txt', async ({ admin, send }) => {
    const get = (path: string, headers = admin) => send('REST', { path: `/api${path}`, headers });
    const write = (method: string, path: string, body?: unknown, headers: Record<string, string> = {}) =>
      send('REST', { method, path: `/api${path}`, headers: { ...admin, ...headers }, body });
    const payment = { amount: 12.5, method: 'credit_card', receiver: 'John Doe' };
    const { id } = identified.parse(await write('POST', '/payments', payment));
    const key = { 'idempotency-key': 'rest' };
    await write('POST', '/payments', payment, key);
    await write('POST', '/payments', payment, key);
    await write('POST', '/payments', { ...payment, amount: 1.005 });
    await write('POST', '/payments', '{');
    await write('PATCH', `/payments/${id}`, { status: 'failed', failureCode: 'card_declined' });
    await write('PATCH', `/payments/${id}`, { status: 'success' });
    await get(`/payments/${id}`);
    await get('/payments/018f0000-0000-7000-8000-00000000dead');
    await get('/payments?limit=2&startDate=2024-02-28&endDate=2024-03-03');
    await get('/payments?limit=x&status=cash');
    await get('/payments', {});
    await get('/payments/stats?startDate=2024-02-28&endDate=2024-03-02');
    await get('/payments/stats/revenue?startDate=2024-02-28&endDate=2024-03-02');
    await get('/payments/stats/failures?startDate=2024-02-28&endDate=2024-03-02');
    await get('/payments/export?startDate=2024-02-28&endDate=2024-03-02');
    await get('/nothing');

    const user = { username: 'rest', password: 'securepassword123' };
    const userId = identified.parse(await write('POST', '/users', user)).id;
    await get('/users');
    await write('PATCH', `/users/${userId}`, { role: 'admin' });
    await write('POST', `/users/${userId}/reset-password`, { password: 'securepassword124' });
    const session = await write('POST', '/auth/login', { ...user, password: 'securepassword124' });
    const { access_token, refresh_token } = z
      .object({ access_token: z.string(), refresh_token: z.string() })
      .parse(session);
    await get('/auth/profile', bearer(access_token));
    await write('POST', '/auth/refresh', { refresh_token });
    const passwords = { currentPassword: 'securepassword124', newPassword: 'securepassword125' };
    await write('POST', '/auth/change-password', passwords, bearer(access_token));
    const password = passwords.newPassword;
    await write('POST', '/auth/confirm-password', { password }, bearer(access_token));
    await write('POST', '/auth/login', { ...user, password });
    const own = await get('/sessions', bearer(access_token));
    await write('DELETE', `/sessions/${otherSessionIn(own)}`, undefined, bearer(access_token));
    await write('POST', '/sessions/end-all', { keepCurrent: true }, bearer(access_token));
    await get(`/sessions?userId=${userId}`);
    await write('POST', '/auth/logout', undefined, bearer(access_token));
    await write('DELETE', `/users/${userId}`);
    const apiKey = identified.parse(await write('POST', '/api-keys', { name: 'rest', role: 'viewer' }));
    await get('/api-keys');
    await write('DELETE', `/api-keys/${apiKey.id}`);
  }));
