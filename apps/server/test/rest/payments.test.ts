import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { type RestApi, startRestApi } from './rest-api.ts';

let api: RestApi;
const row = (receiver: string, more: object) => ({
  amountMinor: 1_000,
  method: 'credit_card' as const,
  status: 'success' as const,
  receiver,
  ...more,
});

beforeAll(async () => {
  api = await startRestApi();
  const client = await api.server.signedInClient();
  await client.api.payments.createMany.mutate({
    payments: [
      row('New Year', { createdAt: '2023-12-31T23:59:59.999Z' }),
      row('First', { createdAt: '2024-01-01T00:00:00.000Z', amountMinor: 1_999 }),
      row('Noon', { createdAt: '2024-01-01T12:00:00.000Z', method: 'bank_transfer' }),
      row('Midnight', { createdAt: '2024-01-01T23:59:59.999Z', status: 'failed', failureCode: 'declined' }),
      row('Second', { createdAt: '2024-01-02T00:00:00.000Z', description: '100% off_season' }),
      row('Yen', { createdAt: '2024-01-03T00:00:00.000Z', currency: 'JPY', amountMinor: 500 }),
      row('Dinar', { createdAt: '2024-01-04T00:00:00.000Z', currency: 'KWD', amountMinor: 1_234 }),
    ],
  });
});
afterAll(() => api[Symbol.asyncDispose]());

const page = z.object({
  data: z.array(z.object({ receiver: z.string(), amount: z.number() }).loose()),
  total: z.number(),
  page: z.number(),
  totalPages: z.number(),
});
const list = async (query: string) => page.parse((await api.get(`/payments?${query}`)).body);

test.each([
  ['startDate=2024-01-01&endDate=2024-01-01', 'Midnight,Noon,First'],
  // An unescaped + is a blank.
  ['startDate=2024-01-01T01:00:00+01:00&endDate=2024-01-01T13:00:00+01:00', 'First'],
  ['startDate=2024-01-01T12:00:00Z&endDate=2024-01-02T00:00:00.000Z', 'Midnight,Noon'],
  ['startDate=2024-01-01T13:00:00%2B01:00&endDate=2024-01-01', 'Midnight,Noon'],
  ['endDate=2023-12-31', 'New Year'],
  ['startDate=2024-01-04&endDate=9999-12-31', 'Dinar'],
  ['status=failed', 'Midnight'],
  ['status=failed,success&method=bank_transfer', 'Noon'],
  ['status=failed&status=pending', 'Midnight'],
  ['currency=jpy', 'Yen'],
  ['minAmount=19.99', 'First'],
  ['minAmount=10&maxAmount=10&endDate=2024-01-01', 'Midnight,Noon,New Year'],
  ['minAmount=1.234&currency=KWD', 'Dinar'],
  ['minAmount=500&maxAmount=500&currency=JPY', 'Yen'],
  ['failureCode=declined', 'Midnight'],
  ['failureCode=expired,declined&method=credit_card', 'Midnight'],
  ['failureCode=declined&status=success', ''],
  ['failureCode=:none', ''],
  ['search=mid', 'Midnight'],
  ['search=100%25+OFF_', 'Second'],
  ['search=nobody', ''],
  ['status=&method=&search=&startDate=&page=&limit=3', 'Dinar,Yen,Second'],
])('GET /api/payments?%s', async (query, receivers) => {
  const { data, total } = await list(query);
  expect(data.map(({ receiver }) => receiver).join()).toBe(receivers);
  if (!query.includes('limit')) expect(total).toBe(data.length);
});

test('a list has pages', async () => {
  expect(await list('')).toMatchObject({ total: 7, page: 1, totalPages: 1 });
  const third = await list('page=3&limit=3');
  expect(third).toMatchObject({ total: 7, page: 3, totalPages: 3, data: [{ receiver: 'New Year' }] });
  expect(await list('page=9&limit=3')).toMatchObject({ data: [], total: 7, page: 9, totalPages: 3 });
  expect(await list('search=nobody')).toMatchObject({ data: [], total: 0, page: 1, totalPages: 0 });
});

test('a walk by cursor misses no payment, although each page is settled before the next one is read', async () => {
  const client = await api.server.signedInClient();
  const pending = Array.from({ length: 5 }, (_, n) =>
    row(`Walk ${n}`, { status: 'pending', currency: 'GBP' }),
  );
  await client.api.payments.createMany.mutate({ payments: pending });
  const seen: string[] = [];
  let cursor: string | undefined = '';
  while (cursor !== undefined) {
    const answer = walked.parse(
      (await api.get(`/payments?currency=GBP&status=pending&limit=2&cursor=${cursor}`)).body,
    );
    for (const { id, receiver } of answer.data) {
      seen.push(receiver);
      await client.api.payments.update.mutate({ id, status: 'success' });
    }
    expect(answer.page).toBe(cursor === '' ? 1 : null);
    cursor = answer.nextCursor;
  }
  expect(seen.sort()).toEqual(pending.map(({ receiver }) => receiver));
  expect(await api.get('/payments?cursor=abc')).toMatchObject({ status: 400 });
  expect(await api.get('/payments?page=1&cursor=abc')).toMatchObject({ status: 400 });
});

const walked = z.object({
  data: z.array(z.object({ id: z.string(), receiver: z.string() })),
  page: z.number().nullable(),
  nextCursor: z.string().optional(),
});

test('a page has ten payments by default', async () => {
  const client = await api.server.signedInClient();
  const payments = Array.from({ length: 11 }, (_, n) => row(`Guest ${n}`, { currency: 'EUR' }));
  await client.api.payments.createMany.mutate({ payments });
  const { data, ...rest } = await list('currency=EUR');
  expect(data).toHaveLength(10);
  expect(rest).toEqual({ total: 11, page: 1, totalPages: 2 });
});

test('amounts are numbers in major units of their currency', async () => {
  const { data } = await list('limit=100');
  const amounts = Object.fromEntries(data.map(({ receiver, amount }) => [receiver, amount]));
  expect(amounts).toMatchObject({ First: 19.99, Noon: 10, Yen: 500, Dinar: 1.234 });
});

test('an amount may have the error of a floating-point sum', async () => {
  const payment = { amount: 1 + 103 / 100, method: 'credit_card', receiver: 'John Doe' };
  expect(JSON.stringify(payment)).toContain('2.0300000000000002');
  const { status, body } = await api.post('/payments', payment);
  expect(status).toBe(201);
  expect(body).toMatchObject({ amount: 2.03 });
  const found = await list('minAmount=2.0300000000000002&maxAmount=2.0300000000000002');
  expect(found.data.map(({ amount }) => amount)).toEqual([2.03]);
  expect((await api.post('/payments', { ...payment, amount: 2.031 })).status).toBe(400);
});

test('a failed payment in another currency keeps its failure code and message', async () => {
  const failed = {
    amount: 0.05,
    currency: 'KWD',
    method: 'digital_wallet',
    status: 'failed',
    receiver: '  Jane  Smith ',
    failureCode: 'insufficient_funds',
    failureMessage: 'Nothing left.',
  };
  const { status, body } = await api.post('/payments', failed);
  expect(status).toBe(201);
  expect(body).toMatchObject({ ...failed, receiver: 'Jane  Smith', description: null });
  const client = await api.server.signedInClient();
  const [stored] = (await client.api.payments.list.query({ limit: 1 })).items;
  expect(stored).toMatchObject({ amountMinor: 50, currency: 'KWD' });
});

test('the server sets the default currency', async () => {
  await using yen = await startRestApi({ DEFAULT_CURRENCY: 'JPY' });
  const payment = { amount: 100, method: 'credit_card', receiver: 'John Doe' };
  expect(await yen.post('/payments', payment)).toMatchObject({ body: { amount: 100, currency: 'JPY' } });
  expect(await yen.post('/payments', { ...payment, amount: 0.5 })).toMatchObject({ status: 400 });
  expect((await yen.get('/payments/currencies')).body).toEqual({ default: 'JPY', inUse: ['JPY'] });
  expect(await yen.get('/payments/stats')).toMatchObject({ body: { currency: 'JPY', totalRevenue: 0 } });
});

test('PATCH settles a pending payment and changes a description', async () => {
  const pending = { amount: 5, method: 'credit_card', receiver: 'Later' };
  const { id } = z.object({ id: z.string() }).parse((await api.post('/payments', pending)).body);
  const patch = (body: unknown) => api.call('PATCH', `/payments/${id}`, { body });
  expect(await patch({ description: 'Order 7' })).toMatchObject({
    status: 200,
    body: { id, amount: 5, status: 'pending', description: 'Order 7' },
  });
  expect(await patch({ status: 'failed', failureCode: 'expired' })).toMatchObject({
    status: 200,
    body: { id, status: 'failed', failureCode: 'expired', description: 'Order 7' },
  });
  expect(await patch({ status: 'success' })).toMatchObject({ status: 409 });
  expect(await patch({ status: 'pending' })).toMatchObject({ status: 400 });
  expect(await patch({})).toMatchObject({ status: 400 });
  expect(await patch({ amount: 6 })).toMatchObject({ status: 400 });
});
