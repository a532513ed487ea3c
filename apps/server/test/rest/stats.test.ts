import { afterAll, beforeAll, expect, test } from 'vitest';
import { inMajorUnits } from '../../src/rest/major-units.ts';
import { type RestApi, startRestApi } from './rest-api.ts';

let api: RestApi;
let client: Awaited<ReturnType<RestApi['server']['signedInClient']>>;
beforeAll(async () => {
  api = await startRestApi();
  client = await api.server.signedInClient();
  const methods = ['credit_card', 'bank_transfer', 'digital_wallet'] as const;
  const statuses = ['success', 'success', 'failed', 'pending'] as const;
  await client.api.payments.createMany.mutate({
    payments: Array.from({ length: 300 }, (_, n) => {
      const status = statuses[n % 4] ?? 'pending';
      return {
        amountMinor: 101 + n * 7,
        currency: n % 5 === 0 ? 'JPY' : 'USD',
        method: methods[n % 3] ?? 'credit_card',
        status,
        receiver: n % 2 === 0 ? 'Even' : 'Odd',
        ...(status === 'failed' && { failureCode: n % 3 === 0 ? 'declined' : 'expired' }),
        createdAt: new Date(Date.UTC(2024, 0, 1) + n * 5 * 3_600_000).toISOString(),
      };
    }),
  });
});
afterAll(() => api[Symbol.asyncDispose]());

/** The output of the procedure in the shape of REST. */
const restOf = (answer: unknown) => JSON.parse(JSON.stringify(inMajorUnits(answer)));

const cases: [string, Parameters<typeof client.api.stats.dashboard.query>[0]][] = [
  ['', {}],
  ['timeZone=Asia/Tokyo&currency=JPY', { timeZone: 'Asia/Tokyo', currency: 'JPY' }],
  ['startDate=2024-01-05&endDate=2024-01-20', { from: '2024-01-05', to: '2024-01-21' }],
  [
    'startDate=2024-01-05&endDate=2024-01-20&timeZone=America/New_York',
    { from: '2024-01-05', to: '2024-01-21', timeZone: 'America/New_York' },
  ],
  [
    'startDate=2024-01-05T06:30:00Z&endDate=2024-01-20T06:30:00Z&status=failed,success&method=credit_card',
    {
      from: '2024-01-05T06:30:00Z',
      to: '2024-01-20T06:30:00Z',
      filter: { status: ['failed', 'success'], method: ['credit_card'] },
    },
  ],
  [
    'startDate=2024-01-01&endDate=2024-02-29&failureCode=card_declined,:none',
    { from: '2024-01-01', to: '2024-03-01', filter: { failureCode: ['card_declined', ':none'] } },
  ],
  [
    'startDate=2024-01-01&endDate=2024-02-29&search=even&minAmount=5.05&maxAmount=15',
    {
      from: '2024-01-01',
      to: '2024-03-01',
      filter: { search: 'even', minAmountMinor: 505, maxAmountMinor: 1500 },
    },
  ],
];

test.each(cases)(
  'the dashboard equals the output of the procedure, in major units: %s',
  async (query, input) => {
    const { status, body } = await api.get(`/payments/stats?${query}`);
    expect(status).toBe(200);
    expect(body).toEqual(restOf(await client.api.stats.dashboard.query(input)));
  },
);

test('sums are exact decimals', async () => {
  const { body } = await api.get('/payments/stats?startDate=2024-01-01&endDate=2024-12-31');
  const revenue = await client.api.stats.revenue.query({ from: '2024-01-01', to: '2025-01-01' });
  expect(body).toMatchObject({ totalRevenue: revenue.totalRevenueMinor / 100, currency: 'USD' });
});

test.each(['day', 'week', 'month'] as const)('revenue by %s', async (interval) => {
  const { status, body } = await api.get(
    `/payments/stats/revenue?interval=${interval}&startDate=2024-01-01&endDate=2024-03-01&timeZone=Europe/Berlin`,
  );
  expect(status).toBe(200);
  const expected = await client.api.stats.revenue.query({
    interval,
    from: '2024-01-01',
    to: '2024-03-02',
    timeZone: 'Europe/Berlin',
  });
  expect(body).toEqual(restOf(expected));
  expect(body).toMatchObject({
    interval,
    points: expect.arrayContaining([
      { date: expect.any(String), amount: expect.any(Number), count: expect.any(Number) },
    ]),
  });
});

test('failures by code and method equal the output of the procedure', async () => {
  const { status, body } = await api.get('/payments/stats/failures?startDate=2024-01-01&endDate=2024-03-31');
  expect(status).toBe(200);
  const expected = await client.api.stats.failures.query({ from: '2024-01-01', to: '2024-04-01' });
  expect(expected.count).toBeGreaterThan(0);
  expect(body).toEqual(restOf(expected));
  expect(body).toMatchObject({
    count: expected.count,
    amount: expected.amountMinor / 100,
    items: expect.arrayContaining([
      expect.objectContaining({ failureCode: 'declined', amount: expect.any(Number) }),
    ]),
  });
});

test('the overview equals the output of the procedure, in major units', async () => {
  const { status, body } = await api.get(
    '/payments/stats/overview?interval=month&startDate=2024-01-01&endDate=2024-03-31',
  );
  expect(status).toBe(200);
  const expected = await client.api.stats.overview.query({
    interval: 'month',
    from: '2024-01-01',
    to: '2024-04-01',
  });
  expect(expected.failures?.count).toBeGreaterThan(0);
  expect(body).toEqual(restOf(expected));
  expect(body).toMatchObject({
    dashboard: { totalRevenue: expected.dashboard.totalRevenueMinor / 100 },
    failures: { amount: (expected.failures?.amountMinor ?? 0) / 100 },
  });
});

test.each(['revenue', 'failures', 'overview'] as const)('%s by weeks that begin on Sunday', async (name) => {
  const { status, body } = await api.get(
    `/payments/stats/${name}?interval=week&weekStartsOn=sunday&startDate=2024-01-01&endDate=2024-02-29`,
  );
  expect(status).toBe(200);
  const input = { interval: 'week', weekStartsOn: 'sunday', from: '2024-01-01', to: '2024-03-01' } as const;
  expect(body).toEqual(restOf(await client.api.stats[name].query(input)));
  expect(JSON.stringify(body)).toContain('"date":"2023-12-31"');
  expect(await api.get(`/payments/stats/${name}?weekStartsOn=friday`)).toMatchObject({ status: 400 });
});

test('previous=soFar compares with yesterday until this minute', async () => {
  const { status, body } = await api.get('/payments/stats?previous=soFar');
  expect(status).toBe(200);
  const minute = expect.stringMatching(/:00\.000Z$/);
  expect(body).toMatchObject({ comparedAt: minute, previous: { to: minute } });
  expect((await api.get('/payments/stats')).body).not.toHaveProperty('comparedAt');
  expect(await api.get('/payments/stats?previous=half')).toMatchObject({ status: 400 });
});

test('the interval must be day, week or month', async () => {
  expect(await api.get('/payments/stats/revenue?interval=year')).toMatchObject({ status: 400 });
  expect(await api.get('/payments/stats?interval=day')).toMatchObject({ status: 400 });
});
