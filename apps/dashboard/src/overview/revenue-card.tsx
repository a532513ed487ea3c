import { ChartLine } from 'lucide-react';
import { useState } from 'react';
import { formatDay, formatDayWithYear, formatMonth, formatWeekday } from '../format/dates.ts';
import { formatMoney } from '../format/money.ts';
import { formatCount, plural } from '../format/numbers.ts';
import { Card, ErrorNotice, Notice, Skeleton } from '../ui/card.tsx';
import { Segments } from '../ui/field.tsx';
import { Change } from './change.tsx';
import { intervals, type OverviewSearch, type StatsScope } from './overview-search.ts';
import { RevenueChart } from './revenue-chart.tsx';
import { useRevenue } from './use-stats.ts';

type Interval = OverviewSearch['interval'];

const shapes = [
  { value: 'chart', label: 'Chart' },
  { value: 'table', label: 'Table' },
] as const;

export function RevenueCard({
  scope,
  interval,
  asOf,
  onIntervalChange,
}: {
  scope: StatsScope;
  interval: Interval;
  asOf: number;
  onIntervalChange: (interval: Interval) => void;
}) {
  const revenue = useRevenue(scope, interval, asOf);
  const [shape, setShape] = useState<'chart' | 'table'>('chart');
  const { data } = revenue;
  return (
    <Card
      title="Revenue"
      actions={
        <>
          <Segments label="Show as" choices={shapes} value={shape} onChange={setShape} />
          <Segments label="Interval" choices={intervals} value={interval} onChange={onIntervalChange} />
        </>
      }
    >
      {data === undefined ? (
        revenue.isError ? (
          <ErrorNotice error={revenue.error} retry={() => void revenue.refetch()} />
        ) : (
          <div className="chart-place">
            <Skeleton width="30%" />
          </div>
        )
      ) : (
        <>
          <p className="card-figure">
            <strong>{formatMoney(data.totalRevenueMinor, data.currency)}</strong>
            <span className="soft number">
              <Change
                now={data.totalRevenueMinor}
                before={data.previousRevenueMinor}
                comparison={` from ${formatMoney(data.previousRevenueMinor, data.currency)}`}
              />
            </span>
          </p>
          {data.points.every(({ count }) => count === 0) ? (
            <Notice icon={ChartLine} title="No revenue in this period">
              Revenue is the sum of all succeeded payments. Choose a longer range or another currency.
            </Notice>
          ) : shape === 'chart' ? (
            <RevenueChart
              label={`Revenue by ${data.interval}`}
              points={data.points}
              currency={data.currency}
              nameOf={(date) => shortName(date, data.interval)}
              describe={({ date, amountMinor, count }) => ({
                when: longName(date, data.interval),
                amount: formatMoney(amountMinor, data.currency),
                count: plural(count, 'payment'),
              })}
            />
          ) : (
            <RevenueTable data={data} />
          )}
        </>
      )}
    </Card>
  );
}

function RevenueTable({ data }: { data: NonNullable<ReturnType<typeof useRevenue>['data']> }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard.
    <section className="chart-place revenue-table" tabIndex={0} aria-label={`Revenue by ${data.interval}`}>
      <table className="table">
        <thead>
          <tr>
            <th>{intervals.find(({ value }) => value === data.interval)?.label}</th>
            <th className="right">Payments</th>
            <th className="right">Revenue</th>
          </tr>
        </thead>
        <tbody>
          {data.points.toReversed().map(({ date, count, amountMinor }) => (
            <tr key={date}>
              <td>{longName(date, data.interval)}</td>
              <td className="right">{formatCount(count)}</td>
              <td className="right">{formatMoney(amountMinor, data.currency)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

const shortName = (date: string, interval: Interval) =>
  interval === 'month' ? formatMonth(date) : formatDay(date);

const longName = (date: string, interval: Interval) => {
  if (interval === 'month') return formatMonth(date);
  return interval === 'week' ? `Week of ${formatDayWithYear(date)}` : formatWeekday(date);
};
