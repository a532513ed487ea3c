import type { ScaleBand, ScaleLinear } from 'd3-scale';
import { Fragment } from 'react';
import { formatMoneyShort } from '../format/money.ts';
import { classes } from '../ui/button.tsx';
import type { ChartPoint } from './chart-points.ts';

const widestPx = 72;
/** The gap in a bar that is higher than the axis, from the top of the bar. */
const breakPx = { from: 8, height: 4, slant: 4 };

/** The bars, and the line of the period before. A bar that is higher than the axis has a gap, and its amount above it. */
export function ChartBars({
  points,
  x,
  y,
  shown,
  currency,
}: {
  points: readonly ChartPoint[];
  x: ScaleBand<string>;
  /** Clamped to the axis. */
  y: ScaleLinear<number, number>;
  /** The index of the bar that the tip describes. */
  shown: number | null;
  currency: string;
}) {
  const [, max = 0] = y.domain();
  const top = y(max);
  const [, right] = x.range();
  return (
    <>
      {points.map(({ date, amountMinor, isUnfinished }, n) => {
        const { start, width } = barAt(date, x);
        const isCut = amountMinor > max;
        const middle = start + width / 2;
        const name = isCut ? formatMoneyShort(amountMinor, currency) : '';
        return (
          <Fragment key={date}>
            <rect
              className={classes(
                'chart-bar',
                isUnfinished && 'chart-bar-unfinished',
                isCut && 'chart-bar-cut',
                shown !== null && shown !== n && 'chart-bar-faint',
              )}
              x={start}
              y={y(amountMinor)}
              width={width}
              height={y(0) - y(amountMinor)}
              rx={Math.min(3, width / 3)}
            />
            {isCut && (
              <>
                <path
                  className="chart-break"
                  d={`M${start - 2} ${top + breakPx.from + breakPx.slant}L${start + width + 2} ${top + breakPx.from}v${breakPx.height}L${start - 2} ${top + breakPx.from + breakPx.slant + breakPx.height}Z`}
                />
                <text
                  className="chart-cut-name"
                  x={middle > right - 24 ? right : middle}
                  y={top - 6}
                  textAnchor={middle > right - 24 ? 'end' : 'middle'}
                >
                  {name}
                </text>
              </>
            )}
          </Fragment>
        );
      })}
      <path className="chart-before" d={linePath(points, x, y)} />
    </>
  );
}

/** In the middle of its place, no wider than `widestPx`. */
function barAt(date: string, x: ScaleBand<string>) {
  const width = Math.min(x.bandwidth(), widestPx);
  return { start: (x(date) ?? 0) + (x.bandwidth() - width) / 2, width };
}

/** From the middle of a bar to that of the next one. A single bar has a line across it. */
function linePath(
  points: readonly ChartPoint[],
  x: ScaleBand<string>,
  y: ScaleLinear<number, number>,
): string {
  const known = points.flatMap(({ date, beforeMinor }) =>
    beforeMinor === null ? [] : [{ ...barAt(date, x), at: y(beforeMinor) }],
  );
  const [only] = known;
  if (known.length === 1 && only !== undefined) return `M${only.start} ${only.at}h${only.width}`;
  return known.map(({ start, width, at }, n) => `${n === 0 ? 'M' : 'L'}${start + width / 2} ${at}`).join('');
}
