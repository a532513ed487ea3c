import type { RouterOutputs } from '@paydeck/client';
import type { ReactNode } from 'react';
import { formatMoney } from '../format/money.ts';
import { formatCount, formatPercentage } from '../format/numbers.ts';
import { Skeleton } from '../ui/card.tsx';
import { Change, isComparable, PointsChange } from './change.tsx';

type Stats = RouterOutputs['stats']['dashboard'];

/** The five headline figures, each compared with the previous period. Each says whether it follows `range`. */
export function StatTiles({ stats, range }: { stats: Stats | undefined; range: string }) {
  return (
    <dl className="tiles">
      <Tile
        name="Revenue"
        covers={range}
        stats={stats}
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
        covers="Whatever the range"
        stats={stats}
        figure={(now) => formatCount(now.totalTransactionsToday)}
        change={(now, { totalTransactionsToday: before }) => (
          <Change
            now={now.totalTransactionsToday}
            before={before}
            comparison={`from ${formatCount(before)} yesterday`}
            moreIs="neither"
          />
        )}
      />
      <Tile
        name="Payments this week"
        covers="7 days to today, whatever the range"
        stats={stats}
        figure={(now) => formatCount(now.totalTransactionsWeek)}
        change={(now, { totalTransactionsWeek: before }) => (
          <Change
            now={now.totalTransactionsWeek}
            before={before}
            comparison={`from ${formatCount(before)} the week before`}
          />
        )}
      />
      <Tile
        name="Failed"
        covers={range}
        stats={stats}
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
        figure={(now) => (isAnySettled(now) ? formatPercentage(now.successRate) : '–')}
        change={(now, before) =>
          !isAnySettled(now) ? (
            <span className="change-none">No settled payments</span>
          ) : isAnySettled(before) &&
            isComparable(paymentsOf(now.methodDistribution), paymentsOf(before.methodDistribution)) ? (
            <PointsChange
              now={now.successRate}
              before={before.successRate}
              comparison={`from ${formatPercentage(before.successRate)}`}
            />
          ) : (
            <span className="change-none">
              {isAnySettled(before) ? `from ${formatPercentage(before.successRate)}` : 'None settled before'}
            </span>
          )
        }
      />
    </dl>
  );
}

/** Without a settled payment there is no rate, and the server answers 0. */
const isAnySettled = ({ successRate, failedTransactions }: Stats['previous']) =>
  successRate > 0 || failedTransactions > 0;

/** The number of payments of a period, from its split by method. */
export const paymentsOf = (methods: Stats['methodDistribution']) =>
  methods.reduce((sum, { count }) => sum + count, 0);

function Tile({
  name,
  covers,
  stats,
  figure,
  change,
}: {
  name: string;
  /** The time that the figure is about. */
  covers: string;
  stats: Stats | undefined;
  figure: (now: Stats) => string;
  change: (now: Stats, before: Stats['previous']) => ReactNode;
}) {
  return (
    <div className="tile">
      <dt>{name}</dt>
      <dd className="tile-figure">{stats === undefined ? <Skeleton width="60%" /> : figure(stats)}</dd>
      <dd className="tile-change">
        {stats === undefined ? <Skeleton width="80%" /> : change(stats, stats.previous)}
      </dd>
      <dd className="tile-covers">{covers}</dd>
    </div>
  );
}
