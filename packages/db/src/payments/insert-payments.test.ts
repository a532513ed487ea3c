import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { createTestDatabase } from '../../testing/test-database.ts';
import { selectPaymentPage } from '../payment-pages/select-payment-page.ts';
import { users } from '../schema.ts';
import { insertPayments, type NewPayment } from './insert-payments.ts';

const payment = (over: Partial<NewPayment> = {}): NewPayment => ({
  id: randomUUID(),
  amountMinor: 1250,
  currency: 'USD',
  method: 'credit_card',
  status: 'success',
  receiver: 'Jane Smith',
  description: null,
  failureCode: null,
  failureMessage: null,
  createdAt: null,
  ...over,
});

test('a batch has an outcome for each request, in their order', async () => {
  await using test = await createTestDatabase();
  const userId = randomUUID();
  await test.db.orm.insert(users).values({ id: userId, username: 'admin', passwordHash: 'x', role: 'admin' });
  const key = { procedure: 'payments.create', key: 'k1', requestHash: Buffer.from('ab') };
  const outcomes = await insertPayments(test.db, [
    { userId, idempotency: null, payments: [payment(), payment({ status: 'pending' })] },
    { userId, idempotency: key, payments: [payment({ receiver: 'First' })] },
    { userId, idempotency: key, payments: [payment({ receiver: 'Twin' })] },
  ]);
  expect(outcomes.map(({ outcome }) => outcome)).toEqual(['created', 'created', 'key-taken']);
  const page = await selectPaymentPage(test.db, { filter: {}, limit: 10, offset: 0 });
  expect(page).toMatchObject({ total: 3, totalIsExact: true, asOf: 3, hasMore: false });
  expect(page.items.map((p) => p.receiver).sort()).toEqual(['First', 'Jane Smith', 'Jane Smith']);
});
