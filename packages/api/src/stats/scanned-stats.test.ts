import { paymentMethods } from '@paydeck/contract/payments';
import type { Payment } from '@paydeck/db/payments';
import { preparePeriodSums, sumFailures } from '@paydeck/db/stats';
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

const instants = instantsBetween(new Date('2026-01-01T00:00:00Z'), new Date('2026-01-06T00:00:00Z'));

/** Filters that the rollups can't answer. Some texts and amounts are rare enough to be found by an index. */
const scannedFilter = fc
  .tuple(arbitraryFilter(instants), fc.constantFrom('a', 'order', 'zz', 'nowhere'), fc.boolean())
  .map(([{ from: _from, to: _to, ...filter }, search, isFrequent]): FilterInput => {
    if (isFrequent) return { ...filter, search: undefined, minAmountMinor: 1, maxAmountMinor: undefined };
    return filter.search === undefined && filter.minAmountMinor === undefined
      ? { ...filter, search }
      : filter;
  });

const bounds = fc
  .uniqueArray(
    instants.map((at) => at.getTime()),
    { minLength: 2, maxLength: 6 },
  )
  .map((times) => times.sort((a, b) => a - b).map((at) => new Date(at)));

test('stats by amount or text equal sums in memory over the part that they cover', async () => {
  await using run = await createTestServices();
  const { caller } = await run.signedIn('admin');
  const { db } = run.services;
  const [inputs = []] = fc.sample(fc.array(arbitraryPayment(instants), { minLength: 700, maxLength: 700 }), {
    numRuns: 1,
    seed: 5,
  });
  const { payments } = await caller.payments.createMany({ payments: inputs });
  let partial = 0;

  await fc.assert(
    fc.asyncProperty(
      scannedFilter,
      bounds,
      fc.constantFrom<number[]>(0, 100),
      async (filter, bounds, budgetPercent) => {
        const parsed = paymentFilter.parse(filter);
        // Every pair of bounds, so that periods overlap, leave gaps, and are empty.
        const periods = bounds.flatMap((from) => bounds.map((to) => ({ from, to })));
        const matching = (
          { from, to }: { from: Date; to: Date },
          coveredFrom: Date | null,
          where: (payment: Payment) => boolean = () => true,
        ) =>
          payments.filter(
            (payment) =>
              payment.createdAt >= from &&
              payment.createdAt < to &&
              payment.createdAt >= (coveredFrom ?? from) &&
              where(payment) &&
              isInFilter(filter, payment),
          );
        const amountOf = (some: readonly Payment[]) =>
          some.reduce((total, { amountMinor }) => total + amountMinor, 0);

        const stats = await preparePeriodSums({ periods, filter: parsed, budgetPercent })(db);
        if (budgetPercent === 100) expect(stats.coveredFrom).toBeNull();
        else if (stats.coveredFrom !== null) partial += 1;
        for (const [n, period] of periods.entries()) {
          const succeeded = matching(period, stats.coveredFrom, ({ status }) => status === 'success');
          expect(stats.sums[n]).toEqual({
            count: matching(period, stats.coveredFrom).length,
            succeeded: succeeded.length,
            failed: matching(period, stats.coveredFrom, ({ status }) => status === 'failed').length,
            revenueMinor: amountOf(succeeded),
            countsByMethod: paymentMethods.map(
              (name) => matching(period, stats.coveredFrom, ({ method }) => method === name).length,
            ),
          });
        }

        const failures = await sumFailures(db, { bounds, filter: parsed, budgetPercent });
        for (const [n, to] of bounds.slice(1).entries()) {
          const period = { from: bounds[n] ?? to, to };
          expect(failures.settled[n]).toBe(
            matching(period, failures.coveredFrom, ({ status }) => status !== 'pending').length,
          );
          const failed = matching(period, failures.coveredFrom, ({ status }) => status === 'failed');
          const sums = failures.failures.filter(({ period }) => period === n);
          expect(sums.reduce((total, { count }) => total + count, 0)).toBe(failed.length);
          for (const sum of sums) {
            const same = failed.filter(
              ({ failureCode, method }) => failureCode === sum.failureCode && method === sum.method,
            );
            expect([sum.count, sum.amountMinor]).toEqual([same.length, amountOf(same)]);
          }
        }
      },
    ),
    { numRuns: 100 },
  );
  expect(partial).toBeGreaterThan(0);
});

test('a scan begins at the newest payment, not at the end of the range', async () => {
  await using run = await createTestServices();
  const { caller } = await run.signedIn('admin');
  const payment = { amountMinor: 100, method: 'credit_card', receiver: 'Corner Bookshop' } as const;
  // Enough payments that no index is used to find them.
  await caller.payments.createMany({ payments: Array.from({ length: 150 }, () => payment) });
  const days = (count: number) => new Date(Date.now() + count * 24 * 60 * 60_000);
  // Without any budget, a scan reads the day with which it begins.
  const { sums, coveredFrom } = await preparePeriodSums({
    periods: [{ from: days(-30), to: days(30_000) }],
    filter: { minAmountMinor: 1 },
    budgetPercent: 0,
  })(run.services.db);
  expect(sums).toMatchObject([{ count: 150 }]);
  expect(coveredFrom).toBeNull();
});
