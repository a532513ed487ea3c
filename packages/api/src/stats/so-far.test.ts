import { sql } from 'drizzle-orm';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { arbitraryPayment, instantsBetween } from '../../testing/arbitrary-payments.ts';
import { createTestServices } from '../../testing/test-services.ts';
import { daysEarlier, startOfInterval } from './calendar.ts';
import { dashboardStats } from './dashboard.ts';
import { failureStats } from './failures.ts';
import { overviewStats } from './overview.ts';
import { revenueStats } from './revenue.ts';
import { dashboardInput, failuresInput, overviewInput, revenueInput } from './schema.ts';

const instants = instantsBetween(new Date('2026-05-01T00:00:00Z'), new Date('2026-06-10T00:00:00Z'));

type Expected = {
  first: string;
  last: string;
  today: number;
  week: number;
  failed: number;
  revenue: number;
  revenueInRange: number;
  /** Where the period before ends. */
  cut: string;
};

/** Without a clock change between the instants, so that PostgreSQL and Temporal can't differ about a time of day. */
const zones = ['UTC', 'Asia/Kathmandu', 'America/New_York', 'Pacific/Kiritimati', 'Australia/Lord_Howe'];

test('with soFar, earlier periods end at the current time of day, as plain SQL computes it', async () => {
  await using run = await createTestServices();
  const { ctx, caller } = await run.signedIn('admin');
  const [payments = []] = fc.sample(
    fc.array(arbitraryPayment(instants), { minLength: 1_000, maxLength: 1_000 }),
    { numRuns: 1, seed: 7 },
  );
  await caller.payments.createMany({ payments });

  const query = fc.record({
    now: instants,
    zone: fc.constantFrom(...zones),
    days: fc.integer({ min: 1, max: 9 }),
    daysAgo: fc.integer({ min: -2, max: 3 }),
    interval: fc.constantFrom('day', 'week', 'month'),
    weekStartsOn: fc.constantFrom('monday', 'saturday', 'sunday'),
    filter: fc.constantFrom({}, { status: ['failed', 'success'] }, { minAmountMinor: 400_000 }),
  });
  await fc.assert(
    fc.asyncProperty(query, async ({ now, zone, days, daysAgo, filter, ...division }) => {
      /** PostgreSQL's counts between two local times: midnight of a day, or the minute of `now` on it. */
      const [expected] = await ctx.db.orm.execute<Expected>(sql`
        with local as (
          select date_trunc('minute', ${now.toISOString()}::timestamptz at time zone ${zone}) as minute
        ), bounds as (
          select minute, date_trunc('day', minute) as today,
            date_trunc('day', minute) - ${daysAgo} * interval '1 day' + interval '1 day' as range_to,
            date_trunc('day', minute) - ${daysAgo + days} * interval '1 day' + interval '1 day' as range_from,
            ${days} * interval '1 day' as length
          from local
        ), compared as (
          select *, case when minute >= range_from and minute < range_to then minute - length else range_from end as cut
          from bounds
        ), matching as (
          select created_at at time zone ${zone} as at, status, amount_minor from payments
          where currency = 'USD' and amount_minor >= ${filter.minAmountMinor ?? 0}
            and (${filter.status === undefined} or status = any(${`{${filter.status ?? ''}}`}::payment_status[]))
        )
        select range_from::date::text as first, (range_to - interval '1 day')::date::text as last,
          (select count(*)::int from matching where at >= today - interval '1 day' and at < minute - interval '1 day') as today,
          (select count(*)::int from matching where at >= today - interval '13 days' and at < minute - interval '7 days') as week,
          (select count(*)::int from matching where status = 'failed' and at >= range_from - length and at < cut) as failed,
          (select coalesce(sum(amount_minor), 0)::int from matching
            where status = 'success' and at >= range_from - length and at < cut) as revenue,
          (select coalesce(sum(amount_minor), 0)::int from matching
            where status = 'success' and at >= range_from and at < range_to) as "revenueInRange",
          (cut at time zone ${zone})::text as cut
        from compared`);
      if (expected === undefined) return expect.unreachable();
      const dayAfter = (date: string) => {
        const next = new Date(date);
        next.setUTCDate(next.getUTCDate() + 1);
        return next.toISOString().slice(0, 10);
      };
      const scope = {
        timeZone: zone,
        from: expected.first,
        to: dayAfter(expected.last),
        previous: 'soFar',
        filter,
      };

      const dashboard = await dashboardStats(ctx, dashboardInput.parse(scope), now);
      expect(dashboard.comparedAt?.getTime()).toBe(Math.floor(now.getTime() / 60_000) * 60_000);
      expect(dashboard.previous.to).toEqual(new Date(expected.cut));
      expect(dashboard.previous).toMatchObject({
        totalTransactionsToday: expected.today,
        totalTransactionsWeek: expected.week,
        failedTransactions: expected.failed,
        totalRevenueMinor: expected.revenue,
      });
      const revenue = await revenueStats(ctx, revenueInput.parse({ ...scope, ...division }), now);
      expect(revenue.previousRevenueMinor).toBe(expected.revenue);
      expect(revenue.totalRevenueMinor).toBe(expected.revenueInRange);
      const failures = await failureStats(ctx, failuresInput.parse({ ...scope, ...division }), now);
      expect(failures.previous).toMatchObject({ to: dashboard.previous.to, count: expected.failed });
      expect(failures.count).toBe(dashboard.failedTransactions);
      expect(
        failures.items.flatMap(({ periods }) => periods).reduce((sum, { count }) => sum + count, 0),
      ).toBe(failures.count);

      const overview = await overviewStats(ctx, overviewInput.parse({ ...scope, ...division }), now);
      expect(overview).toEqual({
        dashboard,
        revenue,
        failures: { ...failures, items: failures.items.map(({ periods: _, ...item }) => item) },
        asOf: dashboard.asOf,
      });
    }),
    { numRuns: 150 },
  );
});

test('a new minute is another answer with soFar, and only then', async () => {
  await using run = await createTestServices();
  const { ctx, caller } = await run.signedIn('admin');
  const at = (time: string) => new Date(`2026-05-02T${time}Z`);
  const payment = {
    amountMinor: 100,
    method: 'credit_card',
    status: 'success',
    receiver: 'Corner Bookshop',
    createdAt: '2026-05-01T09:30:30Z',
  } as const;
  await caller.payments.createMany({ payments: [payment] });
  const yesterday = async (previous: 'whole' | 'soFar', time: string) => {
    const { previous: before } = await dashboardStats(ctx, dashboardInput.parse({ previous }), at(time));
    return before.totalTransactionsToday;
  };
  expect(await yesterday('soFar', '09:30:59.999')).toBe(0);
  expect(await yesterday('soFar', '09:31:00')).toBe(1);
  expect(await yesterday('whole', '09:30:59.999')).toBe(1);
  expect(await yesterday('whole', '00:00:00')).toBe(1);
});

test.each([
  ['the clocks were put forward in between', '2026-03-30T09:15:00Z', 1, '2026-03-29T09:15:00Z'],
  ['on the day before', '2026-03-29T09:15:00Z', 1, '2026-03-28T10:15:00Z'],
  ['2:30 does not exist', '2026-03-30T00:30:00Z', 1, '2026-03-29T01:30:00Z'],
  ['2:30 occurs twice', '2026-10-26T01:30:00Z', 1, '2026-10-25T00:30:00Z'],
  ['a week', '2026-11-01T11:00:00Z', 7, '2026-10-25T11:00:00Z'],
])('the same time of an earlier day in Berlin: %s', (_, instant, days, expected) => {
  expect(daysEarlier(new Date(instant), days, 'Europe/Berlin')).toEqual(new Date(expected));
});

test.each([
  ['monday', '2026-03-09'],
  ['sunday', '2026-03-15'],
  ['saturday', '2026-03-14'],
] as const)('a week that starts on %s', (weekStartsOn, start) => {
  const week = { interval: 'week', weekStartsOn } as const;
  expect(startOfInterval('2026-03-15', week)).toBe(start);
  expect(startOfInterval(start, week)).toBe(start);
});
