import type { Database } from '@paydeck/db/connection';
import { sql } from 'drizzle-orm';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { arbitraryPayment, instantsBetween } from '../../testing/arbitrary-payments.ts';
import { createTestServices } from '../../testing/test-services.ts';
import { dashboardStats } from './dashboard.ts';
import { failureStats } from './failures.ts';
import { overviewStats } from './overview.ts';
import { revenueStats } from './revenue.ts';
import { dashboardInput, failuresInput, overviewInput, revenueInput } from './schema.ts';

// Offsets of :30 and :45, daylight saving time in both hemispheres, a midnight that is skipped or occurs twice, a clock
// change of half an hour, and the date line.
const zones = [
  'UTC',
  'Asia/Kolkata',
  'Asia/Kathmandu',
  'America/St_Johns',
  'Australia/Lord_Howe',
  'Pacific/Chatham',
  'Europe/Berlin',
  'America/New_York',
  'America/Havana',
  'America/Santiago',
  'Africa/Cairo',
  'Asia/Beirut',
  'Pacific/Kiritimati',
  'Pacific/Pago_Pago',
  'Pacific/Apia',
  'America/Sao_Paulo',
];

/** Ranges around clock changes. */
const windows = [
  ['2026-03-20', '2026-04-12'],
  ['2026-10-18', '2026-11-10'],
  ['2011-12-20', '2012-01-08'],
  ['2018-10-28', '2018-11-10'],
].map(([from, to]) => ({ from: new Date(`${from}T00:00:00Z`), to: new Date(`${to}T00:00:00Z`) }));

type Filter = { status?: string[]; method?: string[]; minAmountMinor?: number };
type Oracle = {
  date: string;
  method: string;
  status: string;
  failure_code: string | null;
  count: number;
  amount: number;
};

/** The definition in plain SQL: a payment counts on its local date in the zone. */
async function oracle(
  db: Database,
  zone: string,
  range: { from: Date; to: Date },
  filter: Filter,
): Promise<Oracle[]> {
  const rows = await db.orm.execute<Oracle>(sql`
    select (created_at at time zone ${zone})::date::text as date, method, status, failure_code,
           count(*)::int as count, sum(amount_minor)::int as amount
    from payments
    where currency = 'USD' and created_at >= ${range.from.toISOString()} and created_at < ${range.to.toISOString()}
      and (${filter.status === undefined} or status = any(${`{${filter.status ?? ''}}`}::payment_status[]))
      and (${filter.method === undefined} or method = any(${`{${filter.method ?? ''}}`}::payment_method[]))
      and amount_minor >= ${filter.minAmountMinor ?? 0}
    group by 1, 2, 3, 4`);
  return [...rows];
}

const sum = (rows: Oracle[], field: 'count' | 'amount', where: (row: Oracle) => boolean = () => true) =>
  rows.filter(where).reduce((total, row) => total + row[field], 0);
const succeeded = (row: Oracle) => row.status === 'success';
const failed = (row: Oracle) => row.status === 'failed';

test('stats equal plain SQL, for random payments in random time zones', async () => {
  await using run = await createTestServices();
  const { ctx, caller } = await run.signedIn('admin');
  for (const [seed, window] of windows.entries()) {
    const payment = arbitraryPayment(instantsBetween(window.from, window.to));
    const [payments = []] = fc.sample(fc.array(payment, { minLength: 700, maxLength: 700 }), {
      numRuns: 1,
      seed,
    });
    await caller.payments.createMany({ payments });
  }
  const db = ctx.db;

  const arbitraryCase = fc.constantFrom(...windows).chain((window) => {
    const instant = instantsBetween(window.from, window.to);
    return fc.record({
      zone: fc.constantFrom(...zones),
      bounds: fc.uniqueArray(
        instant.map((at) => at.getTime()),
        { minLength: 2, maxLength: 2 },
      ),
      now: instant,
      interval: fc.constantFrom('day', 'week', 'month'),
      filter: fc.record(
        {
          status: fc.subarray(['success', 'failed', 'pending'], { minLength: 1 }),
          method: fc.subarray(['credit_card', 'bank_transfer'], { minLength: 1 }),
          minAmountMinor: fc.constant(400_000),
        },
        { requiredKeys: [] },
      ),
    });
  });

  await fc.assert(
    fc.asyncProperty(arbitraryCase, async ({ zone, bounds, now, interval, filter }) => {
      const [from = now, to = now] = bounds.toSorted((a, b) => a - b).map((at) => new Date(at));
      const scope = { timeZone: zone, from: from.toISOString(), to: to.toISOString(), filter };

      const dashboard = await dashboardStats(ctx, dashboardInput.parse(scope), now);
      const rows = await oracle(db, zone, { from, to }, filter);
      expect(dashboard.totalRevenueMinor).toBe(sum(rows, 'amount', succeeded));
      expect(dashboard.failedTransactions).toBe(sum(rows, 'count', failed));
      const byDate = Map.groupBy(rows, ({ date }) => date);
      expect(
        [...byDate.keys()].filter((date) => !dashboard.revenueChart.some((point) => point.date === date)),
      ).toEqual([]);
      for (const { date, amountMinor } of dashboard.revenueChart) {
        expect([date, amountMinor]).toEqual([date, sum(byDate.get(date) ?? [], 'amount', succeeded)]);
      }
      for (const { method, count } of dashboard.methodDistribution) {
        expect(count).toBe(sum(rows, 'count', (row) => row.method === method));
      }

      const wide = {
        from: new Date(now.getTime() - 20 * 86_400_000),
        to: new Date(now.getTime() + 2 * 86_400_000),
      };
      const recent = await oracle(db, zone, wide, filter);
      const dates = await db.orm.execute<{ n: number; date: string }>(sql`
        select n, ((${now.toISOString()}::timestamptz at time zone ${zone})::date - n)::text as date
        from generate_series(0, 13) n`);
      const within = (first: number, last: number) => (row: Oracle) =>
        dates.some(({ n, date }) => n >= first && n <= last && date === row.date);
      expect(dashboard.totalTransactionsToday).toBe(sum(recent, 'count', within(0, 0)));
      expect(dashboard.totalTransactionsWeek).toBe(sum(recent, 'count', within(0, 6)));
      expect(dashboard.previous.totalTransactionsToday).toBe(sum(recent, 'count', within(1, 1)));
      expect(dashboard.previous.totalTransactionsWeek).toBe(sum(recent, 'count', within(7, 13)));

      const before = await oracle(db, zone, dashboard.previous, filter);
      expect(dashboard.previous.to).toEqual(from);
      expect(dashboard.previous.totalRevenueMinor).toBe(sum(before, 'amount', succeeded));

      const revenue = await revenueStats(ctx, revenueInput.parse({ ...scope, interval }), now);
      expect(revenue.points.reduce((total, { amountMinor }) => total + amountMinor, 0)).toBe(
        dashboard.totalRevenueMinor,
      );
      for (const [n, { date, amountMinor }] of revenue.points.entries()) {
        const next = revenue.points[n + 1]?.date ?? '9999';
        expect(amountMinor).toBe(
          sum(rows, 'amount', (row) => succeeded(row) && row.date >= date && row.date < next),
        );
      }

      const failures = await failureStats(ctx, failuresInput.parse({ ...scope, interval }), now);
      expect(failures.count).toBe(sum(rows, 'count', failed));
      expect(failures.previous.count).toBe(sum(before, 'count', failed));
      for (const { failureCode, method, count, amountMinor, periods, previous } of failures.items) {
        const isOfItem = (row: Oracle) =>
          failed(row) && row.failure_code === failureCode && row.method === method;
        expect([count, amountMinor]).toEqual([sum(rows, 'count', isOfItem), sum(rows, 'amount', isOfItem)]);
        expect(previous.count).toBe(sum(before, 'count', isOfItem));
        expect(periods.reduce((total, period) => total + period.count, 0)).toBe(count);
      }
      expect(failures.items.map(({ count }) => count)).toEqual(
        failures.items.map(({ count }) => count).sort((a, b) => b - a),
      );

      // The overview has the same answers, of one log position.
      const overview = await overviewStats(ctx, overviewInput.parse({ ...scope, interval }), now);
      expect(overview).toEqual({
        dashboard,
        revenue,
        failures: { ...failures, items: failures.items.map(({ periods: _, ...item }) => item) },
        asOf: dashboard.asOf,
      });
    }),
    { numRuns: 120 },
  );
});
