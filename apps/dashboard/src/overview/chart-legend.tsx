import { dateIn, formatDay, formatDayWithYear, formatTime } from '../format/dates.ts';
import { plural } from '../format/numbers.ts';
import { getTimeZone } from '../format/time-zone.ts';
import type { Overview } from './use-stats.ts';

/** The meaning of the line, the dashes and the gaps of the chart. */
export function ChartLegend({
  dashboard,
  cut,
  isAnyUnfinished,
}: {
  dashboard: Overview['dashboard'];
  /** How many bars, and points of the line, are higher than the axis. */
  cut: { bars: number; line: number };
  isAnyUnfinished: boolean;
}) {
  return (
    <ul className="chart-legend">
      <li>
        <svg className="chart-key" viewBox="0 0 18 10" aria-hidden="true">
          <path className="chart-before" d="M0 7L6 3L12 6L18 2" />
        </svg>
        Before: {daysBefore(dashboard)}
      </li>
      {isAnyUnfinished && (
        <li>
          <svg className="chart-key" viewBox="0 0 18 10" aria-hidden="true">
            <rect className="chart-key-unfinished" x="4" y="1" width="10" height="9" />
          </svg>
          Not finished
        </li>
      )}
      {cut.bars > 0 && <li>{plural(cut.bars, 'bar')} cut off: much higher than the others</li>}
      {cut.line > 0 && <li>Line cut off at {plural(cut.line, 'point')}</li>}
    </ul>
  );
}

/**
 * `Sep 27 – Oct 26`, with years if it is not in this year. If the range has not ended, the time of day at which the
 * comparison ends follows.
 */
function daysBefore({ to: rangeEnd, comparedAt, previous: { from, to } }: Overview['dashboard']): string {
  const zone = getTimeZone();
  const dateOf = (instant: Date) => dateIn(zone, instant);
  const [start, end] = [dateOf(from), dateOf(new Date(Math.max(to.getTime() - 1, from.getTime())))];
  const thisYear = dateOf(new Date()).slice(0, 4);
  const format = start.startsWith(thisYear) && end.startsWith(thisYear) ? formatDay : formatDayWithYear;
  const [first, last] = [format(start), format(end)];
  const days = first === last ? first : `${first} – ${last}`;
  return comparedAt !== undefined && comparedAt < rangeEnd ? `${days}, to ${formatTime(to)}` : days;
}
