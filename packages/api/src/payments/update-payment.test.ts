import { selectEvents } from '@paydeck/db/events';
import { verifyRollups } from '@paydeck/db/rollups';
import { expect, test } from 'vitest';
import { createTestServices } from '../../testing/test-services.ts';
import { filteredChanges } from './on-change.ts';

const payment = { amountMinor: 1250, method: 'credit_card', receiver: 'Jane Smith' } as const;

test('a pending payment settles once: only one of several calls at once succeeds', async () => {
  await using run = await createTestServices();
  const { caller, ctx } = await run.signedIn('admin');
  const { id } = await caller.payments.create(payment);
  const results = await Promise.allSettled([
    caller.payments.update({ id, status: 'success' }),
    caller.payments.update({
      id,
      status: 'failed',
      failureCode: 'card_declined',
      failureMessage: 'Declined',
    }),
    caller.payments.update({ id, status: 'success' }),
  ]);
  expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  for (const result of results) {
    if (result.status === 'rejected')
      expect(result.reason).toMatchObject({ reason: 'payment_already_settled', httpStatus: 409 });
  }
  expect(await selectEvents(ctx.db, { after: 0, limit: 10 })).toHaveLength(2);
  expect((await verifyRollups(ctx.db)).differences).toEqual([]);
});

test('an update with an idempotency key can be repeated, also concurrently', async () => {
  await using run = await createTestServices();
  const { caller, ctx } = await run.signedIn('admin');
  const { id } = await caller.payments.create(payment);
  const settle = { id, status: 'success', idempotencyKey: 'settle-1' } as const;
  const settled = await Promise.all(Array.from({ length: 5 }, () => caller.payments.update(settle)));
  const described = await Promise.all(
    Array.from({ length: 5 }, () =>
      caller.payments.update({ id, description: 'Order 8', idempotencyKey: 'describe-1' }),
    ),
  );
  for (const answer of settled) expect(answer).toEqual(settled[0]);
  for (const answer of described) expect(answer).toEqual(described[0]);
  expect(await selectEvents(ctx.db, { after: 0, limit: 10 })).toHaveLength(3);
});

test('a description can be changed at any time; failure details need the status failed', async () => {
  await using run = await createTestServices();
  const { caller } = await run.signedIn('admin');
  const { id } = await caller.payments.create({ ...payment, status: 'success' });
  expect(await caller.payments.update({ id, description: 'Order 9' })).toMatchObject({
    description: 'Order 9',
    status: 'success',
  });
  expect(await caller.payments.update({ id, description: null })).toMatchObject({ description: null });
  await expect(caller.payments.update({ id, failureCode: 'x' })).rejects.toThrow(
    'must have a status, a receiver or a description',
  );
  await expect(caller.payments.update({ id, status: 'success', failureCode: 'x' })).rejects.toThrow(
    'must be left out unless the status is failed',
  );
  await expect(
    caller.payments.update({ id: '00000000-0000-7000-8000-00000000dead', status: 'success' }),
  ).rejects.toMatchObject({ reason: 'payment_not_found' });
});

test('a receiver can be corrected at any time, with its history, and searches find only the new one', async () => {
  await using run = await createTestServices();
  const { caller, ctx } = await run.signedIn('admin');
  const { id } = await caller.payments.create({ ...payment, status: 'success', description: 'Order 7' });
  const search = { filter: { search: 'müller' } };
  const changes = await filteredChanges(ctx, { search: 'müller' });
  await caller.payments.update({ id, receiver: '  Jane Müller ' });
  expect((await caller.payments.list(search)).items).toMatchObject([{ id, receiver: 'Jane Müller' }]);
  await caller.payments.update({ id, receiver: 'Jane Miller', description: null });
  expect((await caller.payments.list(search)).total).toBe(0);
  expect((await caller.payments.history({ id })).map((entry) => entry.changes)).toEqual([
    {},
    { receiver: { from: 'Jane Smith', to: 'Jane Müller' } },
    {
      receiver: { from: 'Jane Müller', to: 'Jane Miller' },
      description: { from: 'Order 7', to: null },
    },
  ]);
  const events = await selectEvents(ctx.db, { after: 0, limit: 10 });
  expect(
    events
      .map((event) => changes(event))
      .map((change) => change && 'membership' in change && change.membership),
  ).toEqual([null, 'entered', 'left']);
  await expect(caller.payments.update({ id, receiver: 'J' })).rejects.toThrow(
    'must have at least 2 characters',
  );
  expect((await verifyRollups(ctx.db)).differences).toEqual([]);
});
