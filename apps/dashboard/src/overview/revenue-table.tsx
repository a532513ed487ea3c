import { Link } from 'wouter';
import { formatMoney } from '../format/money.ts';
import { formatCount } from '../format/numbers.ts';
import type { ChartPoint } from './chart-points.ts';
import { intervals } from './overview-search.ts';
import type { Overview } from './use-stats.ts';

/** The bars of the chart as numbers, newest first. Each row leads to its payments. */
export function RevenueTable({
  label,
  revenue: { interval, currency },
  points,
  nameOf,
  hrefOf,
}: {
  label: string;
  revenue: Overview['revenue'];
  points: readonly ChartPoint[];
  nameOf: (point: ChartPoint) => string;
  hrefOf: (point: ChartPoint) => string;
}) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard.
    <section className="chart-place revenue-table" tabIndex={0} aria-label={label}>
      <table className="table">
        <thead>
          <tr>
            <th>{intervals.find(({ value }) => value === interval)?.label}</th>
            <th className="right">Payments</th>
            <th className="right">Revenue</th>
            <th className="right wide">Before</th>
          </tr>
        </thead>
        <tbody>
          {points.toReversed().map((point) => (
            <tr key={point.date} className="behind-row">
              <td>
                <Link href={hrefOf(point)} className="behind-link">
                  {nameOf(point)}
                </Link>
              </td>
              <td className="right">{formatCount(point.count)}</td>
              <td className="right">{formatMoney(point.amountMinor, currency)}</td>
              <td className="right wide soft">
                {point.beforeMinor === null ? '–' : formatMoney(point.beforeMinor, currency)}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
