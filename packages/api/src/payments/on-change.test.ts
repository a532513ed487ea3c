import { selectEvents } from '@paydeck/db/events';
import type { Payment } from '@paydeck/db/payments';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { arbitraryFilter, arbitraryPayment, instantsBetween } from '../../testing/arbitrary-payments.ts';
import { createTestServices } from '../../testing/test-services.ts';
import { filteredChanges } from './on-change.ts';
import { onChangeInput } from './schema.ts';

const instants = instantsBetween(new Date('2026-01-01T00:00:00Z'), new Date('2026-01-08T00:00:00Z'));

const arbitraryStep = fc.oneof(
  fc.record({
    do: fc.constant('create' as const),
    payments: fc.array(arbitraryPayment(instants), { minLength: 1, maxLength: 4 }),
  }),
  fc.record({
    do: fc.constant('settle' as const),
    which: fc.nat(),
    status: fc.constantFrom('success' as const, 'failed' as const),
  }),
  fc.record({
    do: fc.constant('describe' as const),
    which: fc.nat(),
    description: fc.constantFrom('MÜLLER & Söhne', '100% a_b', null),
  }),
);

type Step = typeof arbitraryStep extends fc.Arbitrary<infer T> ? T : never;

test('a list plus the changes since equals a new list, for any filter', async () => {
  await using run = await createTestServices();
  const { ctx, caller } = await run.signedIn('admin');
  const known: string[] = [];

  const apply = async (step: Step): Promise<void> => {
    if (step.do === 'create') {
      const { payments } = await caller.payments.createMany({ payments: step.payments });
      known.push(...payments.map(({ id }) => id));
      return;
    }
    const id = known[step.which % Math.max(known.length, 1)];
    if (id === undefined) return;
    const change = step.do === 'settle' ? { status: step.status } : { description: step.description };
    // Settling a payment twice is a conflict and changes nothing.
    await caller.payments
      .update({ id, ...change })
      .catch((error) => expect(error.reason).toBe('payment_already_settled'));
  };

  await fc.assert(
    fc.asyncProperty(
      arbitraryFilter(instants),
      fc.array(arbitraryStep, { minLength: 1, maxLength: 12 }),
      async (filter, steps) => {
        const listed = new Map<string, Payment>();
        let asOf = 0;
        for (let page = 1; ; page++) {
          const answer = await caller.payments.list({ filter, page, limit: 100 });
          asOf = answer.asOf;
          for (const payment of answer.items) listed.set(payment.id, payment);
          if (page >= answer.totalPages) break;
        }
        for (const step of steps) await apply(step);
        const changeOf = await filteredChanges(ctx, onChangeInput.parse({ filter }).filter);
        for (const event of await selectEvents(ctx.db, { after: asOf, limit: 1000 })) {
          const change = changeOf(event);
          if (change === null || change.type === 'reset') continue;
          expect(change.membership === 'entered').toBe(!listed.has(change.payment.id));
          if (change.membership === 'left') listed.delete(change.payment.id);
          else listed.set(change.payment.id, change.payment);
        }

        const fresh: Payment[] = [];
        for (let page = 1; ; page++) {
          const answer = await caller.payments.list({ filter, page, limit: 100 });
          fresh.push(...answer.items);
          if (page >= answer.totalPages) break;
        }
        const order = (a: Payment, b: Payment) =>
          b.createdAt.getTime() - a.createdAt.getTime() || (a.id < b.id ? 1 : -1);
        expect([...listed.values()].sort(order)).toEqual(fresh);
      },
    ),
    { numRuns: 40 },
  );
});

test('onChange reports payments that enter, change within and leave the filtered set', async () => {
  await using run = await createTestServices();
  const { caller } = await run.signedIn('admin');
  const changes = await caller.payments.onChange({ filter: { status: ['pending'] } });
  const iterator = changes[Symbol.asyncIterator]();
  const first = iterator.next();
  const payment = await caller.payments.create({
    amountMinor: 100,
    method: 'credit_card',
    receiver: 'Jane Smith',
  });
  const next = async (step = iterator.next()) => (await step).value;
  expect(await next(first)).toMatchObject([
    expect.any(String),
    { type: 'payment_created', membership: 'entered', payment },
    expect.anything(),
  ]);
  await caller.payments.update({ id: payment.id, description: 'Invoice 7' });
  expect(await next()).toMatchObject([
    expect.any(String),
    { type: 'payment_updated', membership: 'updated' },
    expect.anything(),
  ]);
  await caller.payments.update({ id: payment.id, status: 'failed', failureCode: 'card_declined' });
  expect(await next()).toMatchObject([
    expect.any(String),
    {
      type: 'payment_updated',
      membership: 'left',
      payment: { status: 'failed', failureCode: 'card_declined' },
    },
    expect.anything(),
  ]);
  await iterator.return?.();
});

test('a subscription that begins now does not begin with an earlier event', async () => {
  await using run = await createTestServices();
  const { caller } = await run.signedIn('admin');
  const payment = { amountMinor: 100, method: 'credit_card', receiver: 'Corner Bookshop' } as const;
  for (let round = 0; round < 5; round++) {
    await caller.payments.create(payment);
    const changes = await caller.payments.onChange({});
    const iterator = changes[Symbol.asyncIterator]();
    const first = iterator.next();
    const later = await caller.payments.create(payment);
    const { value } = await first;
    expect(value?.[1]).toMatchObject({ type: 'payment_created', payment: { id: later.id } });
    await iterator.return?.();
  }
});
