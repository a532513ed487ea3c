import { parse } from 'csv-parse/sync';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { type RestApi, startRestApi } from './rest-api.ts';

// The examples of the specification, endpoint by endpoint.

let api: RestApi;
beforeAll(async () => {
  api = await startRestApi();
});
afterAll(() => api[Symbol.asyncDispose]());

const uuid = expect.stringMatching(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
const instant = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
const date = expect.stringMatching(/^\d{4}-\d\d-\d\d$/);

const example = {
  amount: 1250.0,
  method: 'credit_card',
  status: 'success',
  receiver: 'John Doe',
  description: 'Online purchase',
};
const recorded = {
  ...example,
  id: uuid,
  currency: 'USD',
  failureCode: null,
  failureMessage: null,
  createdAt: instant,
  updatedAt: instant,
};
const idOf = (body: unknown) => z.object({ id: z.string() }).parse(body).id;

test('POST /api/auth/login', async () => {
  const { status, body } = await api.post(
    '/auth/login',
    { username: 'admin', password: 'admin123' },
    { token: null },
  );
  expect(status).toBe(200);
  expect(body).toEqual({
    access_token: expect.stringMatching(/^eyJ/),
    user: { id: uuid, username: 'admin', role: 'admin' },
    refresh_token: expect.any(String),
    expires_at: instant,
  });
});

test('GET /api/auth/profile', async () => {
  const { status, body } = await api.get('/auth/profile');
  expect(status).toBe(200);
  expect(body).toEqual({ id: uuid, username: 'admin', role: 'admin', createdAt: instant });
});

test('POST /api/payments, then GET /api/payments/:id', async () => {
  const created = await api.post('/payments', example);
  expect(created.status).toBe(201);
  expect(created.body).toEqual(recorded);

  const { status, body } = await api.get(`/payments/${idOf(created.body)}`);
  expect(status).toBe(200);
  expect(body).toEqual(created.body);
});

test('GET /api/payments?page=1&limit=10&status=success&startDate=2024-01-01', async () => {
  await api.post('/payments', { ...example, status: 'failed' });
  const { status, body } = await api.get('/payments?page=1&limit=10&status=success&startDate=2024-01-01');
  expect(status).toBe(200);
  expect(body).toEqual({ data: [recorded], total: 1, page: 1, totalPages: 1 });
});

test('GET /api/payments/stats', async () => {
  await api.post('/payments', { ...example, amount: 750.5, method: 'bank_transfer' });
  const { status, body } = await api.get('/payments/stats');
  expect(status).toBe(200);
  expect(body).toMatchObject({
    totalTransactionsToday: 3,
    totalTransactionsWeek: 3,
    totalRevenue: 2000.5,
    failedTransactions: 1,
    successRate: 66.7,
    methodDistribution: [
      { method: 'credit_card', count: 2, percentage: 66.7 },
      { method: 'bank_transfer', count: 1, percentage: 33.3 },
      { method: 'digital_wallet', count: 0, percentage: 0 },
    ],
  });
  const { revenueChart } = z
    .object({ revenueChart: z.array(z.unknown()) })
    .loose()
    .parse(body);
  expect(revenueChart).toHaveLength(30);
  for (const point of revenueChart) expect(point).toEqual({ date, amount: expect.any(Number) });
  expect(revenueChart.at(-1)).toMatchObject({ amount: 2000.5 });
});

test('GET /api/payments/export', async () => {
  const { status, headers, text } = await api.get('/payments/export?status=success&method=bank_transfer');
  expect(status).toBe(200);
  expect(headers.get('content-type')).toMatch(/^text\/csv/);
  expect(headers.get('content-disposition')).toMatch(/^attachment; filename="?payments\S*\.csv"?$/);
  expect(text.split('\r\n')[0]).toBe('ID,Amount,Method,Status,Receiver,Description,Created At');
  const [, row] = z.array(z.array(z.string())).parse(parse(text));
  expect(row).toEqual([uuid, '750.50', 'bank_transfer', 'success', 'John Doe', 'Online purchase', instant]);
});

test('POST /api/users, then GET /api/users', async () => {
  const newUser = { username: 'newuser', password: 'securepassword123', role: 'viewer' };
  const { status, body } = await api.post('/users', newUser);
  expect(status).toBe(201);
  const shown = { id: uuid, active: true, hasSecondFactor: false, createdAt: instant, updatedAt: instant };
  expect(body).toEqual({ ...shown, username: 'newuser', role: 'viewer' });

  const list = await api.get('/users');
  expect(list.status).toBe(200);
  expect(list.body).toEqual([{ ...shown, username: 'admin', role: 'admin' }, body]);
});

test('errors have the specified shape', async () => {
  const { status, body, text } = await api.get('/payments/00000000-0000-7000-8000-00000000dead?x=1');
  expect(status).toBe(404);
  expect(body).toEqual({
    statusCode: 404,
    timestamp: instant,
    path: '/api/payments/00000000-0000-7000-8000-00000000dead',
    message: 'There is no payment with this id.',
  });
  expect(Object.keys(JSON.parse(text))).toEqual(['statusCode', 'timestamp', 'path', 'message']);
});
