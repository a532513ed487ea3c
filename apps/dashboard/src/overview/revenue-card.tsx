import { ChartLine } from 'lucide-react';
import { useState } from 'react';
import {
  type CalendarDate,
  formatDay,
  formatDayWithYear,
  formatMonth,
  formatWeekday,
} from '../format/dates.ts';
import { formatMoney } from '../format/money.ts';
import { formatCount, plural } from '../format/numbers.ts';
import { Card, Notice, Skeleton } from '../ui/card.tsx';
import { Segments } from '../ui/field.tsx';
import { Change } from './change.tsx';
import { intervals, type OverviewSearch } from './overview-search.ts';
import { RevenueChart } from './revenue-chart.tsx';
import type { Overview } from './use-stats.ts';

type Interval = OverviewSearch['interval'];
type Revenue = Overview['revenue'];

const shapes = [
  { value: 'chart', label: 'Chart' },
  { value: 'table', label: 'Table' },
] as const;

export function RevenueCard({
  data,
  paymentsBefore,
  today,
  interval,
  onIntervalChange,
}: {
  /** Undefined until the first answer. */
  data: Revenue | undefined;
  /** The number of payments of the period before. */
  paymentsBefore: number;
  /** In the chosen time zone. */
  today: CalendarDate;
  interval: Interval;
  onIntervalChange: (interval: Interval) => void;
}) {
  const [shape, setShape] = useState<'chart' | 'table'>('chart');
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
        <div className="chart-place">
          <Skeleton width="30%" />
        </div>
      ) : (
        <>
          <p className="card-figure">
            <strong>{formatMoney(data.totalRevenueMinor, data.currency)}</strong>
            <span className="soft number">
              <Change
                now={data.totalRevenueMinor}
                before={data.previousRevenueMinor}
                paymentsBefore={paymentsBefore}
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
              isUnfinished={(date) => isUnfinished(date, data, today)}
              nameOf={(date) => shortName(date, data.interval)}
              describe={({ date, amountMinor, count }) => ({
                when: nameOfPoint(date, data, today),
                amount: formatMoney(amountMinor, data.currency),
                count: plural(count, 'payment'),
              })}
            />
          ) : (
            <RevenueTable data={data} today={today} />
          )}
        </>
      )}
    </Card>
  );
}

function RevenueTable({ data, today }: { data: Revenue; today: CalendarDate }) {
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
              <td>{nameOfPoint(date, data, today)}</td>
              <td className="right">{formatCount(count)}</td>
              <td className="right">{formatMoney(amountMinor, data.currency)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

/** Whether a point's day, week or month has not ended yet. Dates are in the chosen time zone. */
function isUnfinished(date: CalendarDate, { points, to }: Revenue, today: CalendarDate): boolean {
  const next = points[points.findIndex((point) => point.date === date) + 1];
  if (date > today) return false;
  return next === undefined ? to.getTime() > Date.now() : next.date > today;
}

const nameOfPoint = (date: string, data: Revenue, today: CalendarDate) =>
  `${longName(date, data.interval)}${isUnfinished(date, data, today) ? ' (so far)' : ''}`;

const shortName = (date: string, interval: Interval) =>
  interval === 'month' ? formatMonth(date) : formatDay(date);

const longName = (date: string, interval: Interval) => {
  if (interval === 'month') return formatMonth(date);
  return interval === 'week' ? `Week of ${formatDayWithYear(date)}` : formatWeekday(date);
};
