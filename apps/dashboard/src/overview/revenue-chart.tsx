import './revenue-chart.css';
import { scaleLinear } from 'd3-scale';
import { area, curveMonotoneX, line } from 'd3-shape';
import { useState } from 'react';
import { currencyExponent, formatMoneyShort } from '../format/money.ts';
import { useWidth } from '../ui/use-width.ts';

type Point = { date: string; amountMinor: number; count: number };

const height = 264;
const edge = { top: 12, right: 8, bottom: 26, left: 58 };

/**
 * Revenue over time. Its points can be gone through by pointer and, as the values of a slider, by keyboard and screen
 * reader.
 */
export function RevenueChart({
  label,
  points,
  currency,
  nameOf,
  describe,
}: {
  label: string;
  points: readonly Point[];
  currency: string;
  nameOf: (date: string) => string;
  describe: (point: Point) => { when: string; amount: string; count: string };
}) {
  const [frame, width] = useWidth();
  const [shown, setShown] = useState<number | null>(null);
  const last = Math.max(points.length - 1, 1);
  const x = scaleLinear([0, last], [edge.left, Math.max(width - edge.right, edge.left + 1)]);
  const most = Math.max(...points.map(({ amountMinor }) => amountMinor), 10 ** currencyExponent(currency));
  const y = scaleLinear([0, most], [height - edge.bottom, edge.top]).nice(4);
  const at = points.length === 1 ? () => x(0.5) : (n: number) => x(n);

  const drawLine = line<Point>(
    (_, n) => at(n),
    ({ amountMinor }) => y(amountMinor),
  ).curve(curveMonotoneX);
  const drawArea = area<Point>(
    (_, n) => at(n),
    y(0),
    ({ amountMinor }) => y(amountMinor),
  ).curve(curveMonotoneX);
  const every = Math.max(1, Math.ceil(points.length / Math.max(2, Math.floor(width / 96))));
  const index = shown === null ? null : Math.min(shown, points.length - 1);
  const point = index === null ? undefined : points[index];
  const spoken = describe(point ?? points.at(-1) ?? { date: '', amountMinor: 0, count: 0 });

  return (
    <div className="chart" ref={frame}>
      {width > 0 && (
        <svg width={width} height={height} aria-hidden="true">
          <g className="chart-grid">
            {y.ticks(4).map((tick) => (
              <g key={tick} transform={`translate(0 ${y(tick)})`}>
                <line x1={edge.left} x2={width - edge.right} />
                <text x={edge.left - 10} dy="0.32em" textAnchor="end">
                  {formatMoneyShort(tick, currency)}
                </text>
              </g>
            ))}
          </g>
          {points.map(({ date }, n) =>
            (points.length - 1 - n) % every === 0 ? (
              <text key={date} x={at(n)} y={height - 6} textAnchor={anchor(n, points.length)}>
                {nameOf(date)}
              </text>
            ) : null,
          )}
          <path className="chart-area" d={drawArea(points) ?? undefined} />
          <path className="chart-line" d={drawLine(points) ?? undefined} />
          {points.length === 1 && points[0] && (
            <circle className="chart-dot" r="5" cx={at(0)} cy={y(points[0].amountMinor)} />
          )}
          {point !== undefined && index !== null && (
            <g transform={`translate(${at(index)} 0)`}>
              <line className="chart-rule" y1={edge.top} y2={height - edge.bottom} />
              <circle className="chart-dot" r="5" cy={y(point.amountMinor)} />
            </g>
          )}
        </svg>
      )}
      <input
        type="range"
        className="chart-slider"
        aria-label={label}
        aria-valuetext={`${spoken.when}: ${spoken.amount}, ${spoken.count}`}
        min={0}
        max={points.length - 1}
        value={index ?? points.length - 1}
        onChange={(event) => setShown(event.target.valueAsNumber)}
        onPointerMove={(event) => {
          const { left } = event.currentTarget.getBoundingClientRect();
          const n = Math.round(x.invert(event.clientX - left));
          setShown(Math.min(Math.max(n, 0), points.length - 1));
        }}
        onPointerLeave={() => setShown(null)}
        onBlur={() => setShown(null)}
      />
      {point !== undefined && index !== null && (
        <div className="chart-tip" style={tipPlace(at(index), width)} aria-hidden="true">
          <span className="soft">{spoken.when}</span>
          <strong>{spoken.amount}</strong>
          <span className="soft">{spoken.count}</span>
        </div>
      )}
    </div>
  );
}

const anchor = (n: number, count: number) =>
  count > 1 && n === count - 1 ? 'end' : count > 1 && n === 0 ? 'start' : 'middle';

/** Beside the point, on the side with more room. */
const tipPlace = (x: number, width: number) => (x > width / 2 ? { right: width - x + 12 } : { left: x + 12 });
