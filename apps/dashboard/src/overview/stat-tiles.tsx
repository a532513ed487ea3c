import type { RouterOutputs } from '@paydeck/client';
import type { ReactNode } from 'react';
import { Link } from 'wouter';
import { addDays, type CalendarDate, formatTime } from '../format/dates.ts';
import { formatMoney } from '../format/money.ts';
import { formatCount, formatPercentage } from '../format/numbers.ts';
import type { FilterFields } from '../payments/payments-search.ts';
import { Skeleton } from '../ui/card.tsx';
import { Change, isComparable, PointsChange } from './change.tsx';
import type { StatsScope } from './overview-search.ts';
import { datesOf, paymentsBehind } from './payments-behind.ts';

type Stats = RouterOutputs['stats']['dashboard'];

/**
 * The five headline figures, each compared with the previous period. Each says whether it follows `range`, and leads to its
 * payments.
 */
export function StatTiles({
  stats,
  scope,
  today,
  range,
}: {
  stats: Stats | undefined;
  scope: StatsScope;
  /** In the chosen time zone. */
  today: CalendarDate;
  /** The range in words. */
  range: string;
}) {
  const inRange = datesOf(scope);
  return (
    <dl className="tiles">
      <Tile
        name="Revenue"
        covers={range}
        stats={stats}
        behind={{ ...inRange, status: ['success'] }}
        figure={(now) => formatMoney(now.totalRevenueMinor, now.currency)}
        change={(now, { totalRevenueMinor: before, methodDistribution }) => (
          <Change
            now={now.totalRevenueMinor}
            before={before}
            paymentsBefore={paymentsOf(methodDistribution)}
            comparison={`from ${formatMoney(before, now.currency)}`}
          />
        )}
      />
      <Tile
        name="Payments today"
        covers="Always today"
        stats={stats}
        behind={{ from: today, to: today }}
        figure={(now) => formatCount(now.totalTransactionsToday)}
        change={(now, { totalTransactionsToday: before }) => (
          <Change
            now={now.totalTransactionsToday}
            before={before}
            comparison={`from ${formatCount(before)} yesterday${byNow(now)}`}
          />
        )}
      />
      <Tile
        name="Payments this week"
        covers="Always the last 7 days"
        stats={stats}
        behind={{ from: addDays(today, -6), to: today }}
        figure={(now) => formatCount(now.totalTransactionsWeek)}
        change={(now, { totalTransactionsWeek: before }) => (
          <Change
            now={now.totalTransactionsWeek}
            before={before}
            comparison={`from ${formatCount(before)} a week ago${byNow(now)}`}
          />
        )}
      />
      <Tile
        name="Failed"
        covers={range}
        stats={stats}
        behind={{ ...inRange, status: ['failed'] }}
        figure={(now) => formatCount(now.failedTransactions)}
        change={(now, { failedTransactions: before }) => (
          <Change
            now={now.failedTransactions}
            before={before}
            comparison={`from ${formatCount(before)}`}
            moreIs="bad"
          />
        )}
      />
      <Tile
        name="Success rate"
        covers={range}
        stats={stats}
        behind={{ ...inRange, status: ['success', 'failed'] }}
        figure={(now) => (isAnySettled(now) ? formatPercentage(now.successRate) : '–')}
        change={(now, before) => <SuccessRateChange now={now} before={before} />}
      />
    </dl>
  );
}

function SuccessRateChange({ now, before }: { now: Stats; before: Stats['previous'] }) {
  if (!isAnySettled(now)) return <span className="change-none">No settled payments</span>;
  if (!isAnySettled(before)) return <span className="change-none">None settled before</span>;
  const comparison = `from ${formatPercentage(before.successRate)}`;
  const paymentsBefore = paymentsOf(before.methodDistribution);
  if (!isComparable(paymentsOf(now.methodDistribution), paymentsBefore)) {
    return <span className="change-none">{comparison}</span>;
  }
  return (
    <PointsChange
      now={now.successRate}
      before={before.successRate}
      paymentsBefore={paymentsBefore}
      comparison={comparison}
    />
  );
}

/** ` by 2:15 PM`: earlier days are counted until the same time of day. */
const byNow = ({ comparedAt }: Stats) => (comparedAt === undefined ? '' : ` by ${formatTime(comparedAt)}`);

/** Without a settled payment there is no rate, and the server answers 0. */
const isAnySettled = ({ successRate, failedTransactions }: Stats['previous']) =>
  successRate > 0 || failedTransactions > 0;

/** The number of payments of a period, from its split by method. */
const paymentsOf = (methods: Stats['methodDistribution']) =>
  methods.reduce((sum, { count }) => sum + count, 0);

function Tile({
  name,
  covers,
  stats,
  behind,
  figure,
  change,
}: {
  name: string;
  /** The time that the figure is about. */
  covers: string;
  stats: Stats | undefined;
  /** The filter of the payments that the figure counts. */
  behind: Omit<Partial<FilterFields>, 'currency'> & { from: CalendarDate; to: CalendarDate };
  figure: (now: Stats) => string;
  change: (now: Stats, before: Stats['previous']) => ReactNode;
}) {
  return (
    <div className="tile behind-row">
      <dt>{name}</dt>
      <dd className="tile-figure">
        {stats === undefined ? (
          <Skeleton width="60%" />
        ) : (
          <Link
            className="behind-link"
            aria-label={`${name}: ${figure(stats)}`}
            href={paymentsBehind({ currency: stats.currency, ...behind })}
          >
            {figure(stats)}
          </Link>
        )}
      </dd>
      <dd className="tile-change">
        {stats === undefined ? <Skeleton width="80%" /> : change(stats, stats.previous)}
      </dd>
      <dd className="tile-covers">{covers}</dd>
    </div>
  );
}
