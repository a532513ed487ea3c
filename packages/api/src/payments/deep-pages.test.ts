import { rollupsCanAnswer } from '@paydeck/db/filter';
import { selectPaymentPage } from '@paydeck/db/payments';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { arbitraryFilter, arbitraryPayment, instantsBetween } from '../../testing/arbitrary-payments.ts';
import { createTestServices } from '../../testing/test-services.ts';
import { paymentFilter } from '../filter/schema.ts';

// Only a few days, so that many payments have the same `createdAt`.
const instants = instantsBetween(new Date('2026-01-01T00:00:00Z'), new Date('2026-01-04T00:00:00Z'));

test('a page is the same whether its start and total come from rollups or from counting', async () => {
  await using run = await createTestServices();
  const { db } = run.services;
  const { caller } = await run.signedIn('admin');
  const [inputs = []] = fc.sample(fc.array(arbitraryPayment(instants), { minLength: 400, maxLength: 400 }), {
    numRuns: 1,
    seed: 11,
  });
  const { payments } = await caller.payments.createMany({ payments: inputs });
  // Leaves rollup rows with a count of 0.
  for (const { id } of payments.filter(({ status }) => status === 'pending').slice(0, 50)) {
    await caller.payments.update({ id, status: 'success' });
  }

  const unmatched = { minAmountMinor: undefined, maxAmountMinor: undefined, search: undefined };
  const anyFilter = fc
    .tuple(arbitraryFilter(instants), fc.boolean())
    .map(([filter, isCounted]) => paymentFilter.parse(isCounted ? { ...filter, ...unmatched } : filter));
  await fc.assert(
    fc.asyncProperty(
      anyFilter,
      fc.integer({ min: 0, max: 420 }),
      fc.integer({ min: 1, max: 40 }),
      fc.constantFrom(20, 100, 1_000),
      async (filter, offset, limit, countLimit) => {
        const all = await selectPaymentPage(db, { filter, limit: 500, offset: 0, deepFrom: 1 });
        const page = await selectPaymentPage(db, { filter, limit, offset, deepFrom: 0, countLimit });
        const totalIsExact = rollupsCanAnswer(filter) || all.total <= countLimit;
        expect(page).toEqual({
          items: all.items.slice(offset, offset + limit),
          hasMore: all.items.length > offset + limit,
          total: totalIsExact ? all.total : countLimit,
          totalIsExact,
          asOf: all.asOf,
        });
      },
    ),
    {
      numRuns: 300,
      examples: [
        [{}, 0, 40, 20],
        [{}, 399, 1, 20],
        [{}, 400, 1, 20],
        [{ minAmountMinor: 1 }, 60, 40, 100],
        [{ minAmountMinor: 1 }, 61, 40, 100],
        [{ minAmountMinor: 1 }, 399, 1, 1_000],
      ],
    },
  );
});
