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
import { plural } from '../format/numbers.ts';
import { Card, Notice, Skeleton } from '../ui/card.tsx';
import { Segments, Select } from '../ui/field.tsx';
import { ChartLegend } from './chart-legend.tsx';
import { type ChartPoint, chartPoints } from './chart-points.ts';
import { intervals, type OverviewSearch, type StatsScope } from './overview-search.ts';
import { paymentsBehind } from './payments-behind.ts';
import { axisOf, RevenueChart } from './revenue-chart.tsx';
import { RevenueTable } from './revenue-table.tsx';
import type { Overview } from './use-stats.ts';
import { weekStarts } from './week-start.ts';

type Interval = OverviewSearch['interval'];

const shapes = [
  { value: 'chart', label: 'Chart' },
  { value: 'table', label: 'Table' },
] as const;

/** The revenue of each day, week or month. The tile shows the total. */
export function RevenueCard({
  data,
  scope,
  today,
  search: { interval, weekStartsOn },
  onChange,
}: {
  /** Undefined until the first answer. */
  data: Overview | undefined;
  scope: StatsScope;
  /** In the chosen time zone. */
  today: CalendarDate;
  search: Pick<OverviewSearch, 'interval' | 'weekStartsOn'>;
  onChange: (changes: Partial<Pick<OverviewSearch, 'interval' | 'weekStartsOn'>>) => void;
}) {
  const [shape, setShape] = useState<'chart' | 'table'>('chart');
  return (
    <Card
      title="Revenue"
      actions={
        <>
          {interval === 'week' && (
            <Select
              className="select-quiet"
              aria-label="First day of the week"
              value={weekStartsOn}
              onChange={({ target }) => {
                const chosen = weekStarts.find(({ value }) => value === target.value);
                if (chosen !== undefined) onChange({ weekStartsOn: chosen.value });
              }}
            >
              {weekStarts.map(({ value, label }) => (
                <option key={value} value={value}>
                  {label}
                </option>
              ))}
            </Select>
          )}
          <Segments label="Show as" choices={shapes} value={shape} onChange={setShape} />
          <Segments
            label="Interval"
            choices={intervals}
            value={interval}
            onChange={(chosen) => onChange({ interval: chosen })}
          />
        </>
      }
    >
      {data === undefined ? (
        <div className="chart-place">
          <Skeleton width="30%" />
        </div>
      ) : (
        <RevenueByInterval data={data} points={chartPoints(data, scope, today)} shape={shape} />
      )}
    </Card>
  );
}

function RevenueByInterval({
  data: { revenue, dashboard },
  points,
  shape,
}: {
  data: Overview;
  points: readonly ChartPoint[];
  shape: 'chart' | 'table';
}) {
  const { currency, interval } = revenue;
  if (points.every(({ count }) => count === 0)) {
    return (
      <Notice icon={ChartLine} title="No revenue in this period">
        Revenue is the sum of all succeeded payments. Choose a longer range or another currency.
      </Notice>
    );
  }
  const label = `Revenue by ${interval}`;
  const hrefOf = ({ from, to }: ChartPoint) => paymentsBehind({ currency, from, to, status: ['success'] });
  const nameOf = (point: ChartPoint) => nameOfPoint(point, interval);
  if (shape === 'table') {
    return <RevenueTable label={label} revenue={revenue} points={points} nameOf={nameOf} hrefOf={hrefOf} />;
  }
  return (
    <>
      <RevenueChart
        label={label}
        points={points}
        currency={currency}
        nameOf={({ date }) => (interval === 'month' ? formatMonth(date) : formatDay(date))}
        hrefOf={hrefOf}
        describe={(point) => ({
          when: nameOf(point),
          amount: formatMoney(point.amountMinor, currency),
          count: plural(point.count, 'payment'),
          before: point.beforeMinor === null ? null : `${formatMoney(point.beforeMinor, currency)} before`,
        })}
      />
      <ChartLegend
        dashboard={dashboard}
        cut={axisOf(points, currency).cut}
        isAnyUnfinished={points.some(({ isUnfinished }) => isUnfinished)}
      />
    </>
  );
}

function nameOfPoint({ date, isUnfinished }: ChartPoint, interval: Interval): string {
  const name =
    interval === 'month'
      ? formatMonth(date)
      : interval === 'week'
        ? `Week of ${formatDayWithYear(date)}`
        : formatWeekday(date);
  return isUnfinished ? `${name} (so far)` : name;
}
