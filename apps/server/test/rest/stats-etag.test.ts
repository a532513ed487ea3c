import { afterAll, beforeAll, expect, test } from 'vitest';
import { bearer } from '../plain-fetch.ts';
import { type RestApi, startRestApi } from './rest-api.ts';

let api: RestApi;
beforeAll(async () => {
  api = await startRestApi();
});
afterAll(() => api[Symbol.asyncDispose]());

const paths = [
  '/payments/stats?timeZone=Asia/Tokyo',
  '/payments/stats/revenue?interval=week',
  '/payments/stats/failures',
  '/payments/stats/overview?interval=month',
];
const payment = { amount: 12.5, method: 'credit_card', status: 'failed', receiver: 'Corner Bookshop' };

test.each(paths)('%s is not sent again until a payment changes it', async (path) => {
  const first = await api.get(path);
  const etag = first.headers.get('etag') ?? expect.unreachable();
  expect(first.status).toBe(200);
  expect(first.headers.get('cache-control')).toBe('private, no-cache');

  for (const known of [etag, `W/${etag}`, `"another", ${etag}`, '*']) {
    const again = await api.get(path, { headers: { 'if-none-match': known } });
    expect([again.status, again.text]).toEqual([304, '']);
    expect(again.headers.get('etag')).toBe(etag);
    expect(again.headers.get('cache-control')).toBe('private, no-cache');
    expect(again.headers.get('content-length')).toBeNull();
  }
  expect((await api.get(path, { headers: { 'if-none-match': '"another"' } })).status).toBe(200);

  await api.post('/payments', payment);
  const changed = await api.get(path, { headers: { 'if-none-match': etag } });
  expect(changed.status).toBe(200);
  expect(changed.headers.get('etag')).not.toBe(etag);
});

test('HEAD has the same ETag', async () => {
  const token = await api.signIn();
  const url = `${api.server.url}/api/payments/stats`;
  const etag = (await api.get('/payments/stats', { token })).headers.get('etag') ?? expect.unreachable();
  const head = await fetch(url, { method: 'HEAD', headers: bearer(token) });
  expect([head.status, head.headers.get('etag')]).toEqual([200, etag]);
  const headers = { ...bearer(token), 'if-none-match': etag };
  const unchanged = await fetch(url, { method: 'HEAD', headers });
  expect([unchanged.status, await unchanged.text()]).toEqual([304, '']);
  expect(unchanged.headers.get('content-length')).toBe(head.headers.get('content-length'));
});

test('a caller without a token learns nothing from an ETag', async () => {
  const { headers } = await api.get('/payments/stats');
  const etag = headers.get('etag') ?? expect.unreachable();
  const refused = await api.get('/payments/stats', { token: null, headers: { 'if-none-match': etag } });
  expect(refused.status).toBe(401);
  expect(refused.headers.get('etag')).toBeNull();
});

test('other replies are not to be stored', async () => {
  const { headers } = await api.get('/payments');
  expect(headers.get('cache-control')).toBe('no-store');
  expect(headers.get('etag')).toBeNull();
});
