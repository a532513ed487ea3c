import type { Database } from '@paydeck/db/connection';
import { rollupsCanAnswer } from '@paydeck/db/filter';
import { type PaymentPage, type PaymentPlace, selectPaymentPage } from '@paydeck/db/payment-pages';
import type { Payment } from '@paydeck/db/payments';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  arbitraryFilter,
  arbitraryPayment,
  type FilterInput,
  instantsBetween,
} from '../../testing/arbitrary-payments.ts';
import { isInFilter } from '../../testing/filter-oracle.ts';
import { createTestServices } from '../../testing/test-services.ts';
import { paymentFilter } from '../filter/schema.ts';

// Only a few days, so that many payments have the same `createdAt`.
const instants = instantsBetween(new Date('2026-01-01T00:00:00Z'), new Date('2026-01-04T00:00:00Z'));

/** Services with 400 payments. `matching` filters them in memory, newest first. */
async function createStoredPayments() {
  const run = await createTestServices();
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
  const stored = await Promise.all(payments.map(({ id }) => caller.payments.byId({ id })));
  stored.sort((a, b) => b.createdAt.getTime() - a.createdAt.getTime() || (a.id < b.id ? 1 : -1));
  return {
    db: run.services.db,
    matching: (filter: FilterInput) => stored.filter((payment) => isInFilter(filter, payment)),
    [Symbol.asyncDispose]: () => run[Symbol.asyncDispose](),
  };
}

const unmatched = { minAmountMinor: undefined, maxAmountMinor: undefined, search: undefined };
const anyFilter = fc
  .tuple(arbitraryFilter(instants), fc.boolean())
  .map(([filter, isCounted]) => (isCounted ? { ...filter, ...unmatched } : filter));
/** The walk looks at a part of the payments, at nearly all of them, or at more than there are. */
const anyWalkLimit = fc.constantFrom<number[]>(3, 40, 399, 1_000);

const isBefore = (payment: Payment, { createdAt, id }: PaymentPlace) =>
  payment.createdAt > createdAt || (payment.createdAt.getTime() === createdAt.getTime() && payment.id >= id);

function checkTotal(page: PaymentPage, filter: FilterInput, expected: readonly Payment[]) {
  if (page.totalIsExact) expect(page.total).toBe(expected.length);
  else expect(page.total).toBeLessThanOrEqual(expected.length);
  if (rollupsCanAnswer(filter)) expect(page.totalIsExact).toBe(true);
}

test('a page by number equals filtering in memory, whichever way it is read', async () => {
  await using payments = await createStoredPayments();
  await fc.assert(
    fc.asyncProperty(
      anyFilter,
      fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 420 })),
      fc.integer({ min: 1, max: 40 }),
      anyWalkLimit,
      fc.constantFrom<number[]>(1, 2_000),
      async (filter, offset, limit, walkLimit, deepFrom) => {
        const expected = payments.matching(filter);
        const page = await selectPaymentPage(payments.db, {
          filter: paymentFilter.parse(filter),
          limit,
          offset,
          deepFrom,
          walkLimit,
        });
        checkTotal(page, filter, expected);
        const { searchedTo } = page;
        if (searchedTo === null) {
          expect(page.items).toEqual(expected.slice(offset, offset + limit));
          expect(page.hasMore).toBe(expected.length > offset + limit);
        } else {
          // Only a first page may be incomplete. It has every match up to the place where the search stopped.
          expect(offset).toBe(0);
          expect(page.items).toEqual(expected.filter((payment) => isBefore(payment, searchedTo)));
          expect(page.items.length).toBeLessThanOrEqual(limit);
        }
      },
    ),
    {
      numRuns: 400,
      examples: [
        [{}, 0, 40, 20, 1],
        [{}, 399, 1, 20, 1],
        [{}, 400, 1, 20, 1],
        [{ method: ['credit_card'] }, 399, 1, 20, 1],
        [{ minAmountMinor: 1 }, 60, 40, 100, 1],
        [{ minAmountMinor: 1 }, 399, 1, 1_000, 1],
        [{ search: 'nowhere' }, 0, 10, 3, 1],
        [{ search: 'nowhere' }, 10, 10, 3, 1],
      ],
    },
  );
});

test('pages by cursor have every match once, in both directions, however early searches stop', async () => {
  await using payments = await createStoredPayments();
  await fc.assert(
    fc.asyncProperty(
      anyFilter,
      fc.integer({ min: 1, max: 40 }),
      anyWalkLimit,
      async (filter, limit, walkLimit) => {
        const expected = payments.matching(filter);
        const args = { filter: paymentFilter.parse(filter), limit, walkLimit };
        const found: Payment[] = [];
        const first = await selectPaymentPage(payments.db, { ...args, offset: 0 });
        found.push(...first.items);
        for (let place = placeAfter(first, 'older'); place !== null; ) {
          const page = await selectPaymentPage(payments.db, { ...args, place });
          checkTotal(page, filter, expected);
          found.push(...page.items);
          place = placeAfter(page, 'older');
        }
        expect(found).toEqual(expected);

        const back: Payment[] = [];
        let place: PaymentPlace | null = { createdAt: new Date(0), id: zeroId, side: 'newer' };
        while (place !== null) {
          const page: PaymentPage = await selectPaymentPage(payments.db, { ...args, place });
          back.unshift(...page.items);
          place = placeAfter(page, 'newer');
        }
        expect(back).toEqual(expected);
      },
    ),
    { numRuns: 60 },
  );
});

const zeroId = '00000000-0000-7000-8000-000000000000';

/** Where the next page begins. */
function placeAfter(
  { items, hasMore, searchedTo }: PaymentPage,
  side: PaymentPlace['side'],
): PaymentPlace | null {
  if (searchedTo !== null) return searchedTo;
  const last = side === 'older' ? items.at(-1) : items[0];
  return hasMore && last !== undefined ? { createdAt: last.createdAt, id: last.id, side } : null;
}

test('a search without matches stops, continues where it stopped, and ends', async () => {
  await using payments = await createStoredPayments();
  const places = await stopsOf(payments.db, 'zz');
  expect(places.length).toBeGreaterThan(3);
});

async function stopsOf(db: Database, search: string): Promise<PaymentPlace[]> {
  const places: PaymentPlace[] = [];
  const args = { filter: { search }, limit: 10, walkLimit: 100 };
  let page = await selectPaymentPage(db, { ...args, offset: 0 });
  for (;;) {
    expect(page).toMatchObject({ items: [], hasMore: false, total: 0, totalIsExact: false });
    if (page.searchedTo === null) return places;
    places.push(page.searchedTo);
    page = await selectPaymentPage(db, { ...args, place: page.searchedTo });
  }
}
