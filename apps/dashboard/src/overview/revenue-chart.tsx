import './revenue-chart.css';
import { currencyExponent } from '@paydeck/contract/money';
import { scaleBand, scaleLinear } from 'd3-scale';
import { useState } from 'react';
import { formatMoneyShort } from '../format/money.ts';
import { classes } from '../ui/button.tsx';
import { useWidth } from '../ui/use-width.ts';

type Point = { date: string; amountMinor: number; count: number };

const height = 264;
const edge = { top: 12, right: 0, bottom: 26 };
const labelPx = 90;
/** The widest character of an axis label, and the space beside the labels. */
const characterPx = 7;
const axisGapPx = 16;

/**
 * One bar for each day, week or month. An invisible slider over the bars makes each value reachable by pointer, keyboard
 * and screen reader.
 */
export function RevenueChart({
  label,
  points,
  currency,
  isUnfinished,
  nameOf,
  describe,
}: {
  label: string;
  points: readonly Point[];
  currency: string;
  /** Whether more payments of this bar may come. */
  isUnfinished: (date: string) => boolean;
  nameOf: (date: string) => string;
  describe: (point: Point) => { when: string; amount: string; count: string };
}) {
  const [frame, width] = useWidth();
  const [shown, setShown] = useState<number | null>(null);
  const last = points.length - 1;
  const highest = Math.max(...points.map(({ amountMinor }) => amountMinor), 10 ** currencyExponent(currency));
  const y = scaleLinear([0, highest], [height - edge.bottom, edge.top]).nice(4);
  const ticks = y.ticks(4).map((tick) => ({ tick, name: formatMoneyShort(tick, currency) }));
  const left = Math.max(...ticks.map(({ name }) => name.length)) * characterPx + axisGapPx;
  const x = scaleBand(
    points.map(({ date }) => date),
    [left, Math.max(width - edge.right, left + 1)],
  ).paddingInner(points.length > 120 ? 0.1 : 0.28);
  const centre = (date: string) => (x(date) ?? 0) + x.bandwidth() / 2;
  const labelEvery = Math.max(
    1,
    Math.ceil(points.length / Math.max(2, Math.floor((width - left) / labelPx))),
  );
  const index = shown === null ? null : Math.min(shown, last);
  const point = index === null ? undefined : points[index];
  const described = describe(point ?? points[last] ?? { date: '', amountMinor: 0, count: 0 });

  return (
    <div className="chart" ref={frame}>
      {width > 0 && (
        <svg width={width} height={height} aria-hidden="true">
          {ticks.map(({ tick, name }) => (
            <g key={tick} className="chart-grid" transform={`translate(0 ${y(tick)})`}>
              <line x1={left} x2={width - edge.right} />
              <text x={left - 10} dy="0.32em" textAnchor="end">
                {name}
              </text>
            </g>
          ))}
          {points.map(({ date, amountMinor }, n) => (
            <rect
              key={date}
              className={classes(
                'chart-bar',
                isUnfinished(date) && 'chart-bar-unfinished',
                index !== null && index !== n && 'chart-bar-faint',
              )}
              x={x(date)}
              y={y(amountMinor)}
              width={x.bandwidth()}
              height={y(0) - y(amountMinor)}
              rx={Math.min(3, x.bandwidth() / 3)}
            />
          ))}
          {points.map(({ date }, n) =>
            (last - n) % labelEvery === 0 ? (
              <text
                key={date}
                x={n === last && last > 0 ? width - edge.right : centre(date)}
                y={height - 6}
                textAnchor={n === last && last > 0 ? 'end' : 'middle'}
              >
                {nameOf(date)}
              </text>
            ) : null,
          )}
        </svg>
      )}
      <input
        type="range"
        className="chart-slider"
        aria-label={label}
        aria-valuetext={`${described.when}: ${described.amount}, ${described.count}`}
        min={0}
        max={last}
        value={index ?? last}
        onChange={(event) => setShown(event.target.valueAsNumber)}
        onPointerMove={(event) => {
          const { x: start } = event.currentTarget.getBoundingClientRect();
          const n = Math.floor((event.clientX - start - left) / x.step());
          setShown(Math.min(Math.max(n, 0), last));
        }}
        onPointerLeave={() => setShown(null)}
        onBlur={() => setShown(null)}
      />
      {point !== undefined && (
        <div className="chart-tip" style={tipPlace(centre(point.date), width)} aria-hidden="true">
          <span className="soft">{described.when}</span>
          <strong>{described.amount}</strong>
          <span className="soft">{described.count}</span>
        </div>
      )}
    </div>
  );
}

/** Beside the bar, on the side with more room. */
const tipPlace = (x: number, width: number) => (x > width / 2 ? { right: width - x + 16 } : { left: x + 16 });
