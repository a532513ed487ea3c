import { randomUUID } from 'node:crypto';
import { selectEvents } from '@paydeck/db/events';
import { verifyRollups } from '@paydeck/db/rollups';
import { expect, test } from 'vitest';
import { refusalOf } from '../../testing/test-api.ts';
import { createTestServices } from '../../testing/test-services.ts';

const row = (more: object = {}) => ({
  id: randomUUID(),
  amountMinor: 1250,
  method: 'credit_card' as const,
  status: 'success' as const,
  receiver: 'Jane Smith',
  createdAt: '2025-03-01T10:00:00.000Z',
  updatedAt: '2025-03-02T11:00:00.000Z',
  ...more,
});

test('imported payments keep their ids and times; a repeated import skips them', async () => {
  await using run = await createTestServices();
  const { caller, ctx } = await run.signedIn('admin');
  const failed = {
    status: 'failed',
    failureCode: 'card_declined',
    failureMessage: 'Declined',
    currency: 'jpy',
  };
  const payments = [row({ id: randomUUID().toUpperCase() }), row(failed), row({ createdAt: undefined })];
  expect(await caller.payments.import({ payments })).toEqual({ created: 3, skipped: [] });

  const stored = await caller.payments.byId({ id: payments[1]?.id ?? '' });
  expect(stored).toMatchObject({
    ...failed,
    currency: 'JPY',
    createdAt: new Date('2025-03-01T10:00:00Z'),
    updatedAt: new Date('2025-03-02T11:00:00Z'),
  });
  const settled = payments.map((payment) => ({ ...payment, amountMinor: 999 }));
  const again = await caller.payments.import({ payments: [...settled, row()] });
  expect(again).toEqual({ created: 1, skipped: payments.map(({ id }) => id.toLowerCase()) });
  expect(await caller.payments.byId({ id: stored.id })).toEqual(stored);

  const events = await selectEvents(ctx.db, { after: 0, limit: 10 });
  expect(events.map(({ type }) => type)).toEqual(Array(4).fill('payment_created'));
  expect(events[0]?.payload).toMatchObject({ payment: { createdAt: '2025-03-01T10:00:00.000Z' } });
  expect((await verifyRollups(ctx.db)).differences).toEqual([]);
  const [created] = await caller.payments.history({ id: stored.id });
  expect(created?.by?.username).toBe(ctx.actor.username);
});

test('equal imports at once, with repeated ids, create each payment once', async () => {
  await using run = await createTestServices();
  const { caller, ctx } = await run.signedIn('admin');
  const payments = Array.from({ length: 50 }, () => row());
  const twice = { payments: [...payments, ...payments] };
  const answers = await Promise.all(Array.from({ length: 5 }, () => caller.payments.import(twice)));
  expect(answers.reduce((sum, { created }) => sum + created, 0)).toBe(50);
  for (const { created, skipped } of answers) expect(created + skipped.length).toBe(100);
  expect(await caller.payments.list()).toMatchObject({ total: 50 });
  expect((await verifyRollups(ctx.db)).differences).toEqual([]);
});

test('one bad row refuses the whole import; each bad row is named', async () => {
  await using run = await createTestServices();
  const { caller } = await run.signedIn('admin');
  const viewer = await run.signedIn('viewer');
  const importAll = (...payments: ReturnType<typeof row>[]) => caller.payments.import({ payments });
  const refusal = await refusalOf(importAll(row(), row({ id: 'x' }), row({ receiver: 'J' })));
  expect(refusal?.issues.map(({ path }) => path)).toEqual(['payments.1.id', 'payments.2.receiver']);
  await expect(importAll(row(), row({ amountMinor: 200_000_000 }))).rejects.toMatchObject({
    reason: 'invalid_input',
    issues: [{ path: 'payments.1.amountMinor' }],
  });
  await expect(importAll(row({ updatedAt: '2999-01-01' }))).rejects.toThrow('must not be in the future');
  expect(await caller.payments.list()).toMatchObject({ total: 0 });
  await expect(viewer.caller.payments.import({ payments: [row()] })).rejects.toMatchObject({
    reason: 'forbidden',
  });
});
