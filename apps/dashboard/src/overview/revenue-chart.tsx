import './revenue-chart.css';
import { currencyExponent } from '@paydeck/contract/money';
import { scaleBand, scaleLinear } from 'd3-scale';
import { type MouseEvent, useRef, useState } from 'react';
import { Link, useLocation } from 'wouter';
import { formatMoneyShort } from '../format/money.ts';
import { useWidth } from '../ui/use-width.ts';
import { axisTop, labelledPoints } from './chart-axis.ts';
import { ChartBars } from './chart-bars.tsx';
import type { ChartPoint } from './chart-points.ts';

const height = 264;
const edge = { top: 18, right: 0, bottom: 26 };
const labelPx = 90;
/** The widest character of an axis label, and the space beside the labels. */
const characterPx = 7;
const axisGapPx = 16;

type Description = { when: string; amount: string; count: string; before: string | null };

/**
 * One bar for each day, week or month, in front of a line for the period before. A bar leads to its payments. An invisible
 * slider makes each value reachable by keyboard and screen reader; Enter opens the payments.
 */
export function RevenueChart({
  label,
  points,
  currency,
  nameOf,
  describe,
  hrefOf,
}: {
  label: string;
  points: readonly ChartPoint[];
  currency: string;
  nameOf: (point: ChartPoint) => string;
  describe: (point: ChartPoint) => Description;
  /** The address of the payments behind a bar. */
  hrefOf: (point: ChartPoint) => string;
}) {
  const [frame, width] = useWidth();
  const [shown, setShown] = useState<number | null>(null);
  const wasShown = useRef(true);
  const [, navigate] = useLocation();
  const last = points.length - 1;
  const axis = axisOf(points, currency);
  const left = Math.max(...axis.ticks.map(({ name }) => name.length)) * characterPx + axisGapPx;
  const x = scaleBand(
    points.map(({ date }) => date),
    [left, Math.max(width - edge.right, left + 1)],
  ).paddingInner(points.length > 120 ? 0.1 : 0.28);
  const labelled = labelledPoints(points.length, Math.floor((width - left) / labelPx));
  const index = shown === null ? null : Math.min(shown, last);
  const point = index === null ? undefined : points[index];
  const current = point ?? points[last];
  const described = current && describe(current);
  if (current === undefined || described === undefined) return null;

  const showAt = (clientX: number, element: HTMLElement) => {
    const n = Math.floor((clientX - element.getBoundingClientRect().left - left) / x.step());
    setShown(Math.min(Math.max(n, 0), last));
  };
  /** The first touch of a bar shows its values, and the second one opens its payments. */
  const open = (event: MouseEvent) => {
    if (!wasShown.current) event.preventDefault();
  };

  return (
    <div
      className="chart"
      ref={frame}
      onPointerDownCapture={(event) => {
        const n = Math.floor(
          (event.clientX - event.currentTarget.getBoundingClientRect().left - left) / x.step(),
        );
        wasShown.current = event.pointerType === 'mouse' || n === index;
        showAt(event.clientX, event.currentTarget);
      }}
      onPointerMove={(event) => showAt(event.clientX, event.currentTarget)}
      onPointerLeave={(event) => event.pointerType === 'mouse' && setShown(null)}
    >
      {width > 0 && (
        <>
          <svg width={width} height={height} aria-hidden="true">
            {axis.ticks.map(({ tick, name }) => (
              <g key={tick} className="chart-grid" transform={`translate(0 ${axis.y(tick)})`}>
                <line x1={left} x2={width - edge.right} />
                <text x={left - 10} dy="0.32em" textAnchor="end">
                  {name}
                </text>
              </g>
            ))}
            <ChartBars points={points} x={x} y={axis.y} shown={index} currency={currency} />
            {points.map((labelledPoint, n) =>
              labelled.has(n) ? (
                <text
                  key={labelledPoint.date}
                  x={labelX(n, { x, points, right: width - edge.right })}
                  y={height - 6}
                  textAnchor={n === last && last > 0 ? 'end' : n === 0 && last > 0 ? 'start' : 'middle'}
                >
                  {nameOf(labelledPoint)}
                </text>
              ) : null,
            )}
          </svg>
          {/* For the pointer; the slider does the same for the keyboard. */}
          <div aria-hidden="true">
            {points.map((linked) => (
              <Link
                key={linked.date}
                className="chart-link"
                href={hrefOf(linked)}
                tabIndex={-1}
                aria-label={textOf(describe(linked))}
                style={{ left: x(linked.date) ?? 0, width: x.step() }}
                onClick={open}
              />
            ))}
          </div>
        </>
      )}
      <input
        type="range"
        className="chart-slider"
        aria-label={label}
        aria-valuetext={textOf(described)}
        aria-keyshortcuts="Enter"
        title="Enter opens the payments of this bar"
        min={0}
        max={last}
        value={index ?? last}
        onChange={(event) => setShown(event.target.valueAsNumber)}
        onKeyDown={(event) => event.key === 'Enter' && navigate(hrefOf(current))}
        onBlur={() => setShown(null)}
      />
      {point !== undefined && (
        <div
          className="chart-tip"
          style={tipPlace((x(point.date) ?? 0) + x.bandwidth() / 2, width)}
          aria-hidden
        >
          <span className="soft">{described.when}</span>
          <strong>{described.amount}</strong>
          <span className="soft">{described.count}</span>
          {described.before !== null && <span className="soft chart-tip-before">{described.before}</span>}
        </div>
      )}
    </div>
  );
}

/** From 0 to the highest bar and the highest point of the line, apart from a few that would flatten the others. */
export function axisOf(points: readonly ChartPoint[], currency: string) {
  const values = points.flatMap(({ amountMinor, beforeMinor }) => [amountMinor, beforeMinor ?? 0]);
  const top = axisTop(values, 10 ** currencyExponent(currency));
  const y = scaleLinear([0, top], [height - edge.bottom, edge.top])
    .nice(4)
    .clamp(true);
  const [, max = top] = y.domain();
  return {
    y,
    ticks: y.ticks(4).map((tick) => ({ tick, name: formatMoneyShort(tick, currency) })),
    /** How many bars, and points of the line, are higher than the axis. */
    cut: {
      bars: points.filter(({ amountMinor }) => amountMinor > max).length,
      line: points.filter(({ beforeMinor }) => (beforeMinor ?? 0) > max).length,
    },
  };
}

const textOf = ({ when, amount, count }: Description) => `${when}: ${amount}, ${count}`;

type BandScale = ReturnType<typeof scaleBand<string>>;

function labelX(
  n: number,
  { x, points, right }: { x: BandScale; points: readonly ChartPoint[]; right: number },
) {
  const start = x(points[n]?.date ?? '') ?? 0;
  if (points.length > 1 && n === 0) return start;
  return points.length > 1 && n === points.length - 1 ? right : start + x.bandwidth() / 2;
}

/** Beside the bar, on the side with more room. */
const tipPlace = (x: number, width: number) => (x > width / 2 ? { right: width - x + 16 } : { left: x + 16 });
