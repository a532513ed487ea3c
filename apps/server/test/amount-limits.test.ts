import { randomUUID } from 'node:crypto';
import type { PaydeckClient } from '@paydeck/client';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestServer, type TestServer } from '../testing/start-test-server.ts';
import { bearer, send, signIn } from './plain-fetch.ts';

let server: TestServer;
let admin: PaydeckClient;
beforeAll(async () => {
  server = await startTestServer({ environment: { MAX_AMOUNTS: 'VND=100000000000,USD=500' } });
  admin = await server.signedInClient();
});
afterAll(() => server[Symbol.asyncDispose]());

const payment = { method: 'bank_transfer' as const, status: 'success' as const, receiver: 'Limit GmbH' };

/** Records one payment in each of the ways that there are. */
const ways: Record<string, (money: { amountMinor: number; currency: string }) => Promise<unknown>> = {
  create: (money) => admin.api.payments.create.mutate({ ...payment, ...money }),
  createMany: (money) => admin.api.payments.createMany.mutate({ payments: [{ ...payment, ...money }] }),
  import: (money) =>
    admin.api.payments.import.mutate({ payments: [{ ...payment, ...money, id: randomUUID() }] }),
};

test.each(Object.entries(ways))(
  '%s has the limits of MAX_AMOUNTS, and the default ones',
  async (_name, record) => {
    for (const [amountMinor, currency, maximum] of [
      [100_000_000_000, 'VND', '100,000,000,000'],
      [50_000, 'USD', '500'],
      [100_000_000, 'JPY', '100,000,000'],
      [100_000_000, 'EUR', '1,000,000'],
    ] as const) {
      await record({ amountMinor, currency });
      await expect(record({ amountMinor: amountMinor + 1, currency })).rejects.toMatchObject({
        data: { issues: [expect.objectContaining({ message: `must not exceed ${maximum} ${currency}` })] },
      });
    }
  },
);

test('REST has the same limits, and stats add the largest amounts up exactly', async () => {
  const headers = { ...bearer(await signIn(server.url)), 'content-type': 'application/json' };
  const post = (amount: number, currency: string) => {
    const body = JSON.stringify({ ...payment, amount, currency });
    return send(`${server.url}/api/payments`, { method: 'POST', headers, body });
  };
  expect(await post(99_999_999_999, 'VND')).toMatchObject({ status: 201, body: { amount: 99_999_999_999 } });
  expect(await post(500.01, 'USD')).toMatchObject({
    status: 400,
    body: { message: expect.stringContaining('amount must not exceed 500 USD') },
  });
  const { totalRevenueMinor } = await admin.api.stats.revenue.query({ interval: 'day', currency: 'VND' });
  expect(totalRevenueMinor).toBe(3 * 100_000_000_000 + 99_999_999_999);
});
