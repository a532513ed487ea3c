import { noCaller } from '@paydeck/db/audit-log';
import { selectEvents } from '@paydeck/db/events';
import type { InsertPaymentsRequest, NewPayment } from '@paydeck/db/payments';
import { verifyRollups } from '@paydeck/db/rollups';
import { v7 as uuidv7 } from 'uuid';
import { expect, test } from 'vitest';
import { createTestServices } from '../../testing/test-services.ts';

const paymentOf = (amountMinor: number): NewPayment => ({
  id: uuidv7(),
  amountMinor,
  currency: 'USD',
  method: 'credit_card',
  status: 'success',
  receiver: 'Jane Smith',
  description: null,
  failureCode: null,
  failureMessage: null,
  createdAt: null,
});

const requestOf = (userId: string, key: string | null, amountMinor: number): InsertPaymentsRequest => ({
  userId,
  idempotency: key === null ? null : { procedure: 'payments.create', key, requestHash: Buffer.from('ab') },
  payments: [paymentOf(amountMinor)],
});

test('many calls at once succeed or fail each on its own, and calls with one key create one payment', async () => {
  await using run = await createTestServices();
  const { ctx } = await run.signedIn('admin');
  // Some keys are used again by a later call: in the same statement, in a concurrent one, or after it.
  const requests = Array.from({ length: 330 }, (_, n) =>
    requestOf(ctx.actor.userId, n % 3 === 0 ? null : `key-${n < 300 ? n : (n - 300) * 10 + 1}`, 100 + n),
  );
  const refused = requestOf(ctx.actor.userId, 'refused', 0);
  const calls = requests
    .toSpliced(150, 0, refused)
    .map((request) => run.services.paymentWriter.create(request));
  const settled = await Promise.allSettled(calls);

  const failures = settled.flatMap((call, n) => (call.status === 'rejected' ? n : []));
  expect(failures).toEqual([150]);
  const outcomes = settled.flatMap((call) => (call.status === 'fulfilled' ? call.value : []));
  const created = outcomes.filter(({ outcome }) => outcome === 'created');
  const keys = requests.flatMap(({ idempotency }) => idempotency?.key ?? []);
  const expected = requests.length - keys.length + new Set(keys).size;
  expect(new Set(keys).size).toBeLessThan(keys.length);
  expect(created).toHaveLength(expected);
  expect(await selectEvents(ctx.db, { after: 0, limit: 1_000 })).toHaveLength(expected);
  expect(await verifyRollups(ctx.db)).toEqual({ payments: expected, differences: [] });
});

test('a second burst is written while the first one is still being written', async () => {
  await using run = await createTestServices();
  const { ctx } = await run.signedIn('admin');
  const burst = () =>
    Array.from({ length: 64 }, (_, n) =>
      run.services.paymentWriter.create(requestOf(ctx.actor.userId, null, n + 1)),
    );
  const first = burst();
  await Promise.race(first);
  const outcomes = await Promise.all([...first, ...burst()]);
  expect(outcomes.map(({ outcome }) => outcome)).toEqual(outcomes.map(() => 'created'));
  expect(await verifyRollups(ctx.db)).toEqual({ payments: 128, differences: [] });
});

test('ten thousand waiting updates delay no read', async () => {
  await using run = await createTestServices();
  const { ctx, caller } = await run.signedIn('admin');
  const payments = Array.from({ length: 10_000 }, () => ({
    ...paymentOf(1_250),
    status: 'pending' as const,
  }));
  await run.services.paymentWriter.create({ userId: ctx.actor.userId, idempotency: null, payments });
  let answered = 0;
  const updates = payments.map(async ({ id }) => {
    const update = { id, status: 'success', failureCode: null, failureMessage: null } as const;
    const author = { actorId: ctx.actor.userId, apiKeyId: null, idempotency: null, ...noCaller };
    const updated = await run.services.paymentWriter.update({
      ...update,
      ...author,
      receiver: null,
      description: undefined,
    });
    answered += 1;
    return updated?.status;
  });
  expect(await caller.payments.list()).toMatchObject({ total: 10_000 });
  expect(await caller.stats.dashboard()).toMatchObject({ totalTransactionsToday: 10_000 });
  expect(answered).toBeLessThan(10_000);
  expect(new Set(await Promise.all(updates))).toEqual(new Set(['success']));
  expect((await verifyRollups(ctx.db)).differences).toEqual([]);
});
