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

/** The fields of a sample in which only the rate was measured. */
export const noCosts = {
  p50Ms: null,
  p99Ms: null,
  serverCpuMs: null,
  postgresCpuMs: null,
  loadCpuMs: null,
} satisfies Partial<Sample>;

/** The measurements of Paydeck, of the peer or of a limit. */
export type SideFigure = {
  side: string;
  /** The medians of the rounds. */
  median: Sample;
  lowestPerSecond: number;
  highestPerSecond: number;
  rounds: readonly Sample[];
};

export type Goal = {
  /** Follows the value: "the peer" after `4.6×`, "of bare" after `62%`. */
  name: string;
  value: number;
  target: number;
  is: 'at least' | 'at most';
  unit: '×' | '%' | 'ms' | 's' | 'MiB' | '';
};

/** A row of the table. */
export type RowFigure = {
  row: string;
  /** The work that was measured, with the sizes and the numbers of clients. */
  work: string;
  sides: readonly SideFigure[];
  goals: readonly Goal[];
  /** Sentences that the reader needs to understand the row. */
  notes?: readonly string[];
  /** Why the row could not be measured. */
  failure?: string;
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

export const atLeast = (target: number, unit: Goal['unit'], name: string, value: number): Goal => ({
  name,
  value,
  target,
  is: 'at least',
  unit,
});

export const atMost = (target: number, unit: Goal['unit'], name: string, value: number): Goal => ({
  ...atLeast(target, unit, name, value),
  is: 'at most',
});

const isMet = ({ value, target, is }: Goal): boolean =>
  is === 'at least' ? value >= target : value <= target;

/** `4.60×`, `62%`, `18 ms`. */
export function formatValue(value: number, unit: Goal['unit']): string {
  if (value === Number.POSITIVE_INFINITY) return 'refused';
  if (Number.isNaN(value)) return '?';
  const digits = unit === '%' || unit === '' || value >= 100 ? 0 : value >= 10 ? 1 : 2;
  const number = value.toLocaleString('en', {
    maximumFractionDigits: digits,
    minimumFractionDigits: digits === 2 ? 2 : 0,
  });
  return withUnit(number, unit);
}

/** `≥ 2.5×`, `≤ 20 ms`. */
export const formatTarget = ({ is, target, unit }: Goal): string =>
  `${is === 'at least' ? '≥' : '≤'} ${withUnit(numberText(target), unit)}`;

const withUnit = (number: string, unit: Goal['unit']): string =>
  unit === '×' || unit === '%' ? `${number}${unit}` : `${number} ${unit}`.trimEnd();

/**
 * `PASS`, or how far the value is from the goal: `1.6× short`, `1.3× over`. A time is infinite when a call was refused.
 */
export function verdict(goal: Goal): string {
  if (Number.isNaN(goal.value)) return 'not measured';
  if (isMet(goal)) return 'PASS';
  if (goal.value === Number.POSITIVE_INFINITY) return 'calls were refused';
  if (goal.target === 0) return `${formatValue(goal.value, goal.unit)} instead of 0`;
  return goal.is === 'at least'
    ? `${formatValue(goal.target / goal.value, '×')} short`
    : `${formatValue(goal.value / goal.target, '×')} over`;
}

/** How the rate of one side compares with that of another: 1 when they are equal. NaN when one of them was not measured. */
export function rateRatio(sides: readonly SideFigure[], side: string, other: string): number {
  const rateOf = (name: string) => sides.find((figure) => figure.side === name)?.median.perSecond ?? NaN;
  return rateOf(side) / rateOf(other);
}

/** The same in percent. */
export const ratePercent = (sides: readonly SideFigure[], side: string, other: string): number =>
  100 * rateRatio(sides, side, other);

export const numberText = (value: number): string => value.toLocaleString('en');
