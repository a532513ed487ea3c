import type { Period } from '../rollups/spans.ts';

/** The tables that have sums of ranges of time, and the payments. */
type SpanSource = 'days' | 'quarterHours' | 'payments';

/** A range of time that is summed from one table, in milliseconds. */
export type Span = { from: number; to: number };

/** A span of a period, whose sums are added or subtracted. */
type SignedSpan = { sign: 1 | -1; source: SpanSource; index: number };

export type PeriodSpans = {
  /** Each span once, although neighbouring periods share the spans at their common bound. */
  spans: Record<SpanSource, Span[]>;
  periods: SignedSpan[][];
};

const quarterHour = 15 * 60_000;
const day = 24 * 60 * 60_000;
/** Later instants have more than four digits in their year, which PostgreSQL does not read. */
const latest = Date.UTC(9999, 11, 31, 23, 59, 59, 999);

/**
 * Cuts periods into spans that the rollups have sums of. A bound is described by the way to it from the nearest UTC
 * midnight: some quarter hours forwards or backwards, and some payments if it is inside a quarter hour. A period is the whole
 * days between the midnights of its bounds, plus the way to its end, minus the way to its start. So it reads at most 48
 * quarter hours a bound, in most time zones far fewer, although no local day has a whole UTC day in it.
 */
export function spansOfPeriods(periods: readonly Period[]): PeriodSpans {
  const spans: PeriodSpans['spans'] = { days: [], quarterHours: [], payments: [] };
  const indexes = new Map<string, number>();
  const indexOf = (source: SpanSource, from: number, to: number): number => {
    const key = `${source} ${from} ${to}`;
    const index = indexes.get(key) ?? spans[source].push({ from, to }) - 1;
    indexes.set(key, index);
    return index;
  };
  const way = (source: SpanSource, from: number, to: number, sign: 1 | -1): SignedSpan[] => {
    if (from === to) return [];
    if (from < to) return [{ sign, source, index: indexOf(source, from, to) }];
    return [{ sign: sign === 1 ? -1 : 1, source, index: indexOf(source, to, from) }];
  };
  const wayTo = (bound: number, sign: 1 | -1): SignedSpan[] => {
    const quarter = nearest(quarterHour, bound);
    return [
      ...way('quarterHours', nearest(day, bound), quarter, sign),
      ...way('payments', quarter, bound, sign),
    ];
  };
  return {
    spans,
    periods: periods.map((period) => {
      const [from, to] = [period.from.getTime(), period.to.getTime()];
      if (from >= to) return [];
      return [...way('days', nearest(day, from), nearest(day, to), 1), ...wayTo(to, 1), ...wayTo(from, -1)];
    }),
  };
}

function nearest(unit: number, instant: number): number {
  const rounded = Math.round(instant / unit) * unit;
  return rounded > latest ? rounded - unit : rounded;
}
