import type { RouterOutputs } from '@paydeck/client';
import type { ReactNode } from 'react';
import { formatMoney } from '../format/money.ts';
import { formatCount, formatPercentage } from '../format/numbers.ts';
import { Skeleton } from '../ui/card.tsx';
import { Change, PointsChange } from './change.tsx';

type Stats = RouterOutputs['stats']['dashboard'];

/** The five headline figures, each compared with the previous period. */
export function StatTiles({ stats }: { stats: Stats | undefined }) {
  return (
    <dl className="tiles">
      <Tile
        name="Revenue"
        stats={stats}
        figure={(now) => formatMoney(now.totalRevenueMinor, now.currency)}
        change={(now, { totalRevenueMinor: before }) => (
          <Change
            now={now.totalRevenueMinor}
            before={before}
            comparison={`from ${formatMoney(before, now.currency)}`}
          />
        )}
      />
      <Tile
        name="Payments today"
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
        stats={stats}
        figure={(now) => (isAnySettled(now) ? formatPercentage(now.successRate) : '–')}
        change={(now, before) =>
          !isAnySettled(now) ? (
            <span className="change-none">No settled payments</span>
          ) : isAnySettled(before) ? (
            <PointsChange
              now={now.successRate}
              before={before.successRate}
              comparison={`from ${formatPercentage(before.successRate)}`}
            />
          ) : (
            <span className="change-none">None settled before</span>
          )
        }
      />
    </dl>
  );
}

/** Without a settled payment there is no rate, and the server answers 0. */
const isAnySettled = ({ successRate, failedTransactions }: Stats['previous']) =>
  successRate > 0 || failedTransactions > 0;

function Tile({
  name,
  stats,
  figure,
  change,
}: {
  name: string;
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
    </div>
  );
}
