import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { queueBehindTheLog } from '../../testing/queue-behind-the-log.ts';
import { createTestDatabase } from '../../testing/test-database.ts';
import { addUser } from '../../testing/test-users.ts';
import { noCaller } from '../audit-log/audit-caller.ts';
import { selectEvents } from '../events/select-events.ts';
import { verifyRollups } from '../rollups/verify-rollups.ts';
import { insertPayments, type NewPayment } from './insert-payments.ts';
import { type UpdatePaymentRequest, updatePaymentRows } from './update-payment-rows.ts';

const pending = (): NewPayment => ({
  id: randomUUID(),
  amountMinor: 1250,
  currency: 'USD',
  method: 'credit_card',
  status: 'pending',
  receiver: 'Jane Smith',
  description: null,
  failureCode: null,
  failureMessage: null,
  createdAt: null,
});

test('updates that wait for the log see what was committed while they waited, and change nothing else', async () => {
  await using test = await createTestDatabase({ maxConnections: 20 });
  const { db } = test;
  const actorId = await addUser(db, 'admin');
  const [a, b, c] = [pending(), pending(), pending()];
  await insertPayments(db, [{ userId: actorId, idempotency: null, payments: [a, b, c] }]);
  const key = { procedure: 'payments.update', key: 'k1', requestHash: Buffer.from('ab') };
  const update = ({ id }: NewPayment, change: Partial<UpdatePaymentRequest>): UpdatePaymentRequest => ({
    id,
    actorId,
    apiKeyId: null,
    status: null,
    failureCode: null,
    failureMessage: null,
    receiver: null,
    description: undefined,
    idempotency: null,
    ...noCaller,
    ...change,
  });
  const batches = [
    [update(a, { status: 'success' }), update(b, { description: 'Order 8', idempotency: key })],
    [update(a, { status: 'failed' }), update(b, { description: 'Order 9' })],
    [update(c, { status: 'success', idempotency: key }), update(b, { status: 'failed' })],
  ];
  const { position: before } = (await selectEvents(db, { after: 0, limit: 10 })).at(-1) ?? { position: 0 };
  const outcomes = await queueBehindTheLog(
    db,
    batches.map((requests) => () => updatePaymentRows(db, requests)),
  );
  const of = ({ id }: NewPayment, status: string, description: string | null) =>
    expect.objectContaining({ id, status, description });
  expect(outcomes).toEqual([
    [of(a, 'success', null), of(b, 'pending', 'Order 8')],
    [null, of(b, 'pending', 'Order 9')],
    [null, of(b, 'failed', 'Order 9')],
  ]);
  const events = await selectEvents(db, { after: before, limit: 10 });
  expect(events.map(({ payload }) => payload)).toEqual([
    {
      payment: of(a, 'success', null),
      previous: { status: 'pending', receiver: 'Jane Smith', description: null },
    },
    {
      payment: of(b, 'pending', 'Order 8'),
      previous: { status: 'pending', receiver: 'Jane Smith', description: null },
    },
    {
      payment: of(b, 'pending', 'Order 9'),
      previous: { status: 'pending', receiver: 'Jane Smith', description: 'Order 8' },
    },
    {
      payment: of(b, 'failed', 'Order 9'),
      previous: { status: 'pending', receiver: 'Jane Smith', description: 'Order 9' },
    },
  ]);
  expect((await verifyRollups(db)).differences).toEqual([]);
});
