import { listPayments } from '@paydeck/db/list-payments';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { arbitraryFilter, arbitraryPayment, instantsBetween } from '../testing/arbitrary-payments.ts';
import { createTestServices } from '../testing/test-services.ts';
import { paymentFilter } from './schema.ts';

// So few days that many payments share their instant.
const instants = instantsBetween(new Date('2026-01-01T00:00:00Z'), new Date('2026-01-04T00:00:00Z'));

test('a page whose start the rollups tell is the same as one that is counted off', async () => {
  await using run = await createTestServices();
  const { db } = run.services;
  const { caller } = await run.signedIn('admin');
  const [inputs = []] = fc.sample(fc.array(arbitraryPayment(instants), { minLength: 400, maxLength: 400 }), {
    numRuns: 1,
    seed: 11,
  });
  const { payments } = await caller.payments.createMany({ payments: inputs });
  // Leaves rollup rows that count nothing.
  for (const { id } of payments.filter(({ status }) => status === 'pending').slice(0, 50)) {
    await caller.payments.update({ id, status: 'success' });
  }

  const rollupFilter = arbitraryFilter(instants).map((filter) =>
    paymentFilter.parse({
      ...filter,
      minAmountMinor: undefined,
      maxAmountMinor: undefined,
      search: undefined,
    }),
  );
  await fc.assert(
    fc.asyncProperty(
      rollupFilter,
      fc.integer({ min: 0, max: 420 }),
      fc.integer({ min: 1, max: 40 }),
      async (filter, offset, limit) => {
        const countedOff = await listPayments(db.orm, { filter, limit: 500, offset: 0, deepFrom: 1 });
        const page = await listPayments(db.orm, { filter, limit, offset, deepFrom: 0 });
        expect(page).toEqual({
          ...countedOff,
          items: countedOff.items.slice(offset, offset + limit),
          hasMore: countedOff.items.length > offset + limit,
        });
      },
    ),
    {
      numRuns: 300,
      examples: [
        [{}, 0, 40],
        [{}, 399, 1],
        [{}, 400, 1],
      ],
    },
  );
});
