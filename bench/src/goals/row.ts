import { median } from '../measure.ts';

/** One measurement of one side. CPU times are milliseconds per call, and null where there is no /proc. */
export type Sample = {
  perSecond: number;
  p50Ms: number | null;
  p99Ms: number | null;
  serverCpuMs: number | null;
  postgresCpuMs: number | null;
  loadCpuMs: number | null;
};

/** What was measured for Paydeck, the peer or a limit. */
export type SideFigure = {
  side: string;
  /** The medians of the rounds. */
  median: Sample;
  lowestPerSecond: number;
  highestPerSecond: number;
  rounds: readonly Sample[];
};

export type Goal = {
  /** What is compared with what, such as "× the peer". */
  name: string;
  value: number;
  target: number;
  is: 'at least' | 'at most';
  unit: '×' | '%' | 'ms' | 's' | 'MB' | '';
};

/** A row of the table. */
export type RowFigure = {
  row: string;
  /** What was done, with the sizes and the numbers of clients. */
  work: string;
  sides: readonly SideFigure[];
  goals: readonly Goal[];
  /** What the reader must know to understand the row. */
  notes?: readonly string[];
};

export function sideFigure(side: string, rounds: readonly Sample[]): SideFigure {
  const rates = rounds.map(({ perSecond }) => perSecond);
  const medianOf = (field: keyof Sample): number | null => {
    const values = rounds.map((sample) => sample[field]).filter((value) => value !== null);
    return values.length === 0 ? null : median(values);
  };
  return {
    side,
    median: {
      perSecond: median(rates),
      p50Ms: medianOf('p50Ms'),
      p99Ms: medianOf('p99Ms'),
      serverCpuMs: medianOf('serverCpuMs'),
      postgresCpuMs: medianOf('postgresCpuMs'),
      loadCpuMs: medianOf('loadCpuMs'),
    },
    lowestPerSecond: Math.min(...rates),
    highestPerSecond: Math.max(...rates),
    rounds,
  };
}

export const isMet = ({ value, target, is }: Goal): boolean =>
  is === 'at least' ? value >= target : value <= target;

/** `4.6×`, `62%`, `18 ms`. */
export function formatValue(value: number, unit: Goal['unit']): string {
  if (!Number.isFinite(value)) return '?';
  const digits = unit === '%' || Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : 2;
  const space = unit === 'ms' || unit === 's' || unit === 'MB' ? ' ' : '';
  return `${value.toLocaleString('en', { maximumFractionDigits: digits, minimumFractionDigits: unit === '%' ? 0 : digits === 2 ? 2 : 0 })}${space}${unit}`;
}

/** `PASS`, or how far the value is from the goal: `1.6× short`, `1.3× over`. */
export function verdict(goal: Goal): string {
  if (!Number.isFinite(goal.value)) return 'not measured';
  if (isMet(goal)) return 'PASS';
  return goal.is === 'at least'
    ? `${formatValue(goal.target / goal.value, '×')} short`
    : `${formatValue(goal.value / goal.target, '×')} over`;
}

/** The rate of one side divided by that of another. NaN when one of them was not measured. */
export function rateRatio(sides: readonly SideFigure[], side: string, other: string): number {
  const rateOf = (name: string) =>
    sides.find((figure) => figure.side === name)?.median.perSecond ?? Number.NaN;
  return rateOf(side) / rateOf(other);
}
