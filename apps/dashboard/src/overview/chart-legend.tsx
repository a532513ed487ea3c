import { dateIn, formatDay, formatTime } from '../format/dates.ts';
import { plural } from '../format/numbers.ts';
import { getTimeZone } from '../format/time-zone.ts';
import type { Overview } from './use-stats.ts';

/** What the line, the dashes and the gaps of the chart mean. */
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
          Not over yet
        </li>
      )}
      {cut.bars > 0 && <li>{plural(cut.bars, 'bar')} cut off: much higher than the others</li>}
      {cut.line > 0 && <li>Line cut off at {plural(cut.line, 'point')}</li>}
    </ul>
  );
}

/** `Sep 27 – Oct 26`, followed by the time of the day at which the comparison ends, if the range is not over. */
function daysBefore({ to: end, comparedAt, previous: { from, to } }: Overview['dashboard']): string {
  const zone = getTimeZone();
  const first = formatDay(dateIn(zone, from));
  const last = formatDay(dateIn(zone, new Date(Math.max(to.getTime() - 1, from.getTime()))));
  const days = first === last ? first : `${first} – ${last}`;
  return comparedAt !== undefined && comparedAt < end ? `${days}, to ${formatTime(to)}` : days;
}
