import { selectEvents } from '@paydeck/db/events';
import { repairRollups, verifyRollups } from '@paydeck/db/rollups';
import { sql } from 'drizzle-orm';
import { expect, test } from 'vitest';
import { createTestServices } from '../../testing/test-services.ts';
import type { Context } from '../context.ts';
import { toAppError } from '../errors.ts';
import { createCaller } from '../router.ts';

const payment = { amountMinor: 1250, method: 'credit_card', receiver: 'Jane Smith' } as const;
const withKey = (ctx: Context, idempotencyKey: string) => createCaller({ ...ctx, idempotencyKey });

test('create answers with the payment as it is stored, and writes its event', async () => {
  await using run = await createTestServices();
  const { caller, ctx } = await run.signedIn('admin');
  const created = await caller.payments.create({ ...payment, description: '  Order 7  ', currency: 'jpy' });
  expect(created).toMatchObject({
    ...payment,
    description: 'Order 7',
    currency: 'JPY',
    status: 'pending',
    failureCode: null,
  });
  expect(created.id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7/);
  expect(await caller.payments.byId({ id: created.id })).toEqual(created);
  const events = await selectEvents(ctx.db, { after: 0, limit: 10 });
  expect(events).toMatchObject([
    { type: 'payment_created', payload: { payment: { id: created.id, amountMinor: 1250 } } },
  ]);
});

const refused: [wrong: object, path: string][] = [
  [{ amountMinor: 0 }, 'amountMinor'],
  [{ amountMinor: 12.5 }, 'amountMinor'],
  [{ amountMinor: 100_000_001 }, 'amountMinor'],
  [{ amountMinor: 1_000_001, currency: 'JPY' }, 'amountMinor'],
  [{ currency: 'XXQ' }, 'currency'],
  [{ method: 'cash' }, 'method'],
  [{ status: 'refunded' }, 'status'],
  [{ receiver: 'J' }, 'receiver'],
  [{ receiver: '🦊' }, 'receiver'],
  [{ receiver: 'a'.repeat(101) }, 'receiver'],
  [{ receiver: 'nul\u0000' }, 'receiver'],
  [{ receiver: 'half \ud800 pair' }, 'receiver'],
  [{ description: 'd'.repeat(501) }, 'description'],
  [{ failureCode: 'card_declined' }, 'failureCode'],
  [{ surprise: true }, ''],
];

test('create refuses bad input and names the field', async () => {
  await using run = await createTestServices();
  const { caller } = await run.signedIn('admin');
  for (const [wrong, path] of refused) {
    const error = await caller.payments.create({ ...payment, ...wrong }).then(
      () => expect.unreachable(`accepted ${JSON.stringify(wrong)}`),
      (refusal: unknown) => toAppError(refusal),
    );
    expect([error.reason, error.issues[0]?.path]).toEqual(['invalid_input', path]);
  }
});

test('what PostgreSQL counts as characters is what the limits count', async () => {
  await using run = await createTestServices();
  const { caller } = await run.signedIn('admin');
  const created = await caller.payments.create({
    ...payment,
    receiver: '🦊'.repeat(100),
    description: '𝔡'.repeat(500),
  });
  expect([...created.receiver]).toHaveLength(100);
});

test('createMany is all or none, reports each bad row, and takes past dates', async () => {
  await using run = await createTestServices();
  const { caller } = await run.signedIn('admin');
  const bad = [
    payment,
    { ...payment, amountMinor: 200_000_000 },
    payment,
    { ...payment, currency: 'JPY', amountMinor: 2_000_000 },
  ];
  await expect(caller.payments.createMany({ payments: bad })).rejects.toMatchObject({
    reason: 'invalid_input',
    issues: [{ path: 'payments.1.amountMinor' }, { path: 'payments.3.amountMinor' }],
  });
  await expect(
    caller.payments.createMany({ payments: [{ ...payment, createdAt: '2999-01-01T00:00:00Z' }] }),
  ).rejects.toThrow('lies in the future');
  expect(await caller.payments.list()).toMatchObject({ total: 0 });

  const { count, payments } = await caller.payments.createMany({
    payments: [payment, { ...payment, createdAt: '2020-02-29T23:59:59.999+02:00' }],
  });
  expect(count).toBe(2);
  expect(payments[1]?.createdAt).toEqual(new Date('2020-02-29T21:59:59.999Z'));
  expect(await caller.payments.list({ filter: { to: '2021-01-01' } })).toMatchObject({ total: 1 });
});

test('the same key and body answer as the first time; another body is refused; twins make one row', async () => {
  await using run = await createTestServices();
  const { caller, ctx } = await run.signedIn('admin');
  const twins = await Promise.all(
    Array.from({ length: 20 }, () => caller.payments.create({ ...payment, idempotencyKey: 'order-1' })),
  );
  expect(new Set(twins.map(({ id }) => id)).size).toBe(1);
  const [first] = twins;
  if (first === undefined) expect.unreachable();
  await caller.payments.update({ id: first.id, status: 'success' });
  expect(await withKey(ctx, '"order-1"').payments.create(payment)).toEqual(first);
  await expect(withKey(ctx, 'order-1').payments.create({ ...payment, amountMinor: 1 })).rejects.toMatchObject(
    {
      reason: 'idempotency_key_reused',
      httpStatus: 422,
    },
  );
  // Another user's key, and another procedure's, are other keys.
  const other = await run.signedIn('admin');
  expect((await withKey(other.ctx, 'order-1').payments.create(payment)).id).not.toBe(first.id);
  const many = { payments: [payment, payment] };
  const [a, b] = await Promise.all([0, 1].map(() => withKey(ctx, 'order-1').payments.createMany(many)));
  expect(a).toEqual(b);
  expect(await caller.payments.list()).toMatchObject({ total: 4 });
});

test('a pending payment settles once: of two at once one wins', async () => {
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

test('an update with a key is repeatable, also for twins at once', async () => {
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

test('a description can be corrected at any time; failure details need the status failed', async () => {
  await using run = await createTestServices();
  const { caller } = await run.signedIn('admin');
  const { id } = await caller.payments.create({ ...payment, status: 'success' });
  expect(await caller.payments.update({ id, description: 'Order 9' })).toMatchObject({
    description: 'Order 9',
    status: 'success',
  });
  expect(await caller.payments.update({ id, description: null })).toMatchObject({ description: null });
  await expect(caller.payments.update({ id, failureCode: 'x' })).rejects.toThrow(
    'Give a status, a description, or both',
  );
  await expect(caller.payments.update({ id, status: 'success', failureCode: 'x' })).rejects.toThrow(
    'go with status failed',
  );
  await expect(
    caller.payments.update({ id: '00000000-0000-7000-8000-00000000dead', status: 'success' }),
  ).rejects.toMatchObject({ reason: 'payment_not_found' });
});

test('verify finds what plain SQL changed, and repair mends it', async () => {
  await using run = await createTestServices();
  const { caller, ctx } = await run.signedIn('admin');
  await caller.payments.create({ ...payment, status: 'success' });
  await ctx.db.orm.execute(sql`
    insert into payments (id, amount_minor, currency, method, status, receiver, created_at, updated_at)
    values (gen_random_uuid(), 500, 'USD', 'credit_card', 'success', 'By hand', '2025-05-05T05:05:05Z', now())`);
  const { differences } = await verifyRollups(ctx.db);
  expect(differences).toMatchObject([
    {
      rollup: 'quarter_hours',
      startsAt: '2025-05-05 05:00:00+00',
      stored: { count: 0 },
      actual: { count: 1, amountMinor: 500 },
    },
    { rollup: 'days', startsAt: '2025-05-05', stored: { count: 0 }, actual: { count: 1, amountMinor: 500 } },
  ]);
  expect(await repairRollups(ctx.db, differences)).toEqual({ days: 1 });
  expect((await verifyRollups(ctx.db)).differences).toEqual([]);
  expect(await caller.payments.list({ filter: { search: 'BY HAND' } })).toMatchObject({ total: 1 });
});
