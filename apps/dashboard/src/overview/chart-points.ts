import { addDays, type CalendarDate } from '../format/dates.ts';
import type { StatsScope } from './overview-search.ts';
import type { Overview } from './use-stats.ts';

/** A bar of the chart: a day, week or month, cut to the range. */
export type ChartPoint = {
  /** The first date of the day, week or month. It may be before the range. */
  date: CalendarDate;
  /** Its first and last date in the range. */
  from: CalendarDate;
  to: CalendarDate;
  amountMinor: number;
  /** The number of payments that succeeded. */
  count: number;
  /**
   * Revenue of the same days in the period before, until the same time of day if this bar has not ended. Null if it has not
   * begun.
   */
  beforeMinor: number | null;
  isUnfinished: boolean;
};

/** The points of the revenue chart beside those of the period before. `today` is in the time zone of the answer. */
export function chartPoints(
  { revenue, dashboard }: Overview,
  scope: StatsScope,
  today: CalendarDate,
): ChartPoint[] {
  const days = dashboard.revenueChart.map(({ date }) => date).filter((date) => date < scope.to);
  const before = new Map(dashboard.previous.revenueChart.map(({ date, amountMinor }) => [date, amountMinor]));
  const lengthDays = Math.round((Date.parse(scope.to) - Date.parse(scope.from)) / dayMs);
  const amountBefore = (day: CalendarDate) => before.get(addDays(day, -lengthDays)) ?? 0;
  let next = 0;
  return revenue.points.map(({ date, amountMinor, count }, n) => {
    const end = revenue.points[n + 1]?.date ?? scope.to;
    const first = next;
    while (next < days.length && (days[next] ?? end) < end) next += 1;
    const own = days.slice(first, next);
    const [from, to] = [own[0] ?? date, own.at(-1) ?? date];
    return {
      date,
      from,
      to,
      amountMinor,
      count,
      beforeMinor: from > today ? null : own.reduce((sum, day) => sum + amountBefore(day), 0),
      isUnfinished: from <= today && to >= today,
    };
  });
}

const dayMs = 86_400_000;
