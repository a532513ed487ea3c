import { textLimits } from '@paydeck/contract/payments';
import { selectEvents } from '@paydeck/db/events';
import { expect, test } from 'vitest';
import { createTestServices } from '../../testing/test-services.ts';
import type { Context } from '../context.ts';
import { toAppError } from '../errors.ts';
import { createCaller } from '../router.ts';
import { filteredChanges } from './on-change.ts';

const payment = { amountMinor: 1250, method: 'credit_card', receiver: 'Jane Smith' } as const;
const withKey = (ctx: Context, idempotencyKey: string) => createCaller({ ...ctx, idempotencyKey });

test('create returns the payment as it is stored, and writes its event', async () => {
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
  [{ amountMinor: 100_000_001, currency: 'JPY' }, 'amountMinor'],
  [{ amountMinor: 1_000_000_001, currency: 'VND' }, 'amountMinor'],
  [{ currency: 'XXQ' }, 'currency'],
  [{ currency: 'XAU' }, 'currency'],
  [{ currency: 'HRK' }, 'currency'],
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
    expect(error.issues[0]?.message).toMatch(/^must /);
  }
});

test('a currency whose unit is worth very little has a higher limit', async () => {
  await using run = await createTestServices();
  const { caller } = await run.signedIn('admin');
  const created = await caller.payments.create({ ...payment, amountMinor: 2_500_000, currency: 'VND' });
  expect(created).toMatchObject({ amountMinor: 2_500_000, currency: 'VND' });
});

test('a withdrawn currency is accepted in payments that were created while it was legal tender', async () => {
  await using run = await createTestServices();
  const { caller } = await run.signedIn('admin');
  const kuna = (createdAt: string) => ({ ...payment, currency: 'HRK', createdAt });
  const { payments } = await caller.payments.createMany({ payments: [kuna('2023-01-14T23:59:59Z')] });
  expect(payments).toMatchObject([{ currency: 'HRK' }]);
  const late = caller.payments.createMany({ payments: [kuna('2022-01-01'), kuna('2023-01-15')] });
  await expect(late).rejects.toMatchObject({
    issues: [
      {
        path: 'payments.1.currency',
        message: 'must be a current currency: HRK was legal tender until 2023-01-14',
      },
    ],
  });
  expect(await caller.payments.list({ filter: { currency: 'hrk' } })).toMatchObject({ total: 1 });
});

test('PostgreSQL stores the longest text that each field accepts, and counts its characters alike', async () => {
  await using run = await createTestServices();
  const { caller } = await run.signedIn('admin');
  const { search: _, failureCode, ...limits } = textLimits;
  const longest = Object.fromEntries(
    Object.entries(limits).map(([field, { max }]) => [field, '🦊'.repeat(max)]),
  );
  const input = {
    ...payment,
    status: 'failed',
    failureCode: 'x'.repeat(failureCode.max),
    ...longest,
  } as const;
  expect(await caller.payments.create(input)).toMatchObject({ ...longest, failureCode: input.failureCode });
});

test('a remembered answer and events from before a field was added have null for it', async () => {
  await using run = await createTestServices();
  const { caller, ctx } = await run.signedIn('admin');
  const create = () => caller.payments.create({ ...payment, idempotencyKey: 'order-1' });
  const created = await create();
  const settle = () =>
    caller.payments.update({ id: created.id, status: 'success', idempotencyKey: 'settle-1' });
  const settled = await settle();
  for (const [table, column] of [
    ['idempotency_keys', 'response'],
    ['events', 'payload'],
  ])
    await ctx.db.orm.execute(`update ${table} set ${column} = jsonb_strip_nulls(${column})`);

  expect(await create()).toEqual(created);
  expect(await settle()).toEqual(settled);
  const changeOf = await filteredChanges(ctx, {});
  const changes = (await selectEvents(ctx.db, { after: 0, limit: 10 })).map(changeOf);
  expect(changes).toMatchObject([
    { type: 'payment_created', payment: created },
    { type: 'payment_updated', payment: settled },
  ]);
});

test('createMany creates all payments or none, names each bad row, and accepts past dates', async () => {
  await using run = await createTestServices();
  const { caller } = await run.signedIn('admin');
  const bad = [
    payment,
    { ...payment, amountMinor: 200_000_000 },
    payment,
    { ...payment, currency: 'JPY', amountMinor: 200_000_000 },
  ];
  await expect(caller.payments.createMany({ payments: bad })).rejects.toMatchObject({
    reason: 'invalid_input',
    issues: [{ path: 'payments.1.amountMinor' }, { path: 'payments.3.amountMinor' }],
  });
  await expect(
    caller.payments.createMany({ payments: [{ ...payment, createdAt: '2999-01-01T00:00:00Z' }] }),
  ).rejects.toThrow('must not be in the future');
  expect(await caller.payments.list()).toMatchObject({ total: 0 });

  const { count, payments } = await caller.payments.createMany({
    payments: [payment, { ...payment, createdAt: '2020-02-29T23:59:59.999+02:00' }],
  });
  expect(count).toBe(2);
  expect(payments[1]?.createdAt).toEqual(new Date('2020-02-29T21:59:59.999Z'));
  expect(await caller.payments.list({ filter: { to: '2021-01-01' } })).toMatchObject({ total: 1 });
});

test('a repeated key returns the first answer; with another input it is refused; concurrent calls create one row', async () => {
  await using run = await createTestServices();
  const { caller, ctx } = await run.signedIn('admin');
  const concurrent = await Promise.all(
    Array.from({ length: 20 }, () => caller.payments.create({ ...payment, idempotencyKey: 'order-1' })),
  );
  expect(new Set(concurrent.map(({ id }) => id)).size).toBe(1);
  const [first] = concurrent;
  if (first === undefined) expect.unreachable();
  await caller.payments.update({ id: first.id, status: 'success' });
  expect(await withKey(ctx, '"order-1"').payments.create(payment)).toEqual(first);
  await expect(withKey(ctx, 'order-1').payments.create({ ...payment, amountMinor: 1 })).rejects.toMatchObject(
    {
      reason: 'idempotency_key_reused',
      httpStatus: 422,
    },
  );
  // The same key of another user, or for another procedure, is a different key.
  const other = await run.signedIn('admin');
  expect((await withKey(other.ctx, 'order-1').payments.create(payment)).id).not.toBe(first.id);
  const many = { payments: [payment, payment] };
  const [a, b] = await Promise.all([0, 1].map(() => withKey(ctx, 'order-1').payments.createMany(many)));
  expect(a).toEqual(b);
  expect(await caller.payments.list()).toMatchObject({ total: 4 });
});
