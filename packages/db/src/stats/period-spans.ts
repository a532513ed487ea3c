import type { Period } from '../rollups/spans.ts';

/** A range of time that is summed from one table. */
export type SummedSpan = { source: 'days' | 'quarterHours' | 'payments'; from: number; to: number };

/** The sums of a period are those of its spans, some of which are subtracted. */
type SignedSpan = { sign: 1 | -1; span: number };

export type PeriodSpans = {
  /** Each span once, although neighbouring periods share the spans at their common bound. */
  spans: SummedSpan[];
  /** For each period, indexes of its spans. */
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
  const indexes = new Map<string, number>();
  const spans: SummedSpan[] = [];
  const indexOf = (span: SummedSpan): number => {
    const key = `${span.source} ${span.from} ${span.to}`;
    const index = indexes.get(key) ?? spans.push(span) - 1;
    indexes.set(key, index);
    return index;
  };
  const path = (source: SummedSpan['source'], from: number, to: number, sign: 1 | -1): SignedSpan[] => {
    if (from === to) return [];
    if (from < to) return [{ sign, span: indexOf({ source, from, to }) }];
    return [{ sign: sign === 1 ? -1 : 1, span: indexOf({ source, from: to, to: from }) }];
  };
  const pathTo = (bound: number, sign: 1 | -1): SignedSpan[] => {
    const nearestQuarter = nearest(quarterHour, bound);
    return [
      ...path('quarterHours', nearest(day, bound), nearestQuarter, sign),
      ...path('payments', nearestQuarter, bound, sign),
    ];
  };
  return {
    spans,
    periods: periods.map((period) => {
      const [from, to] = [period.from.getTime(), period.to.getTime()];
      if (from >= to) return [];
      return [
        ...path('days', nearest(day, from), nearest(day, to), 1),
        ...pathTo(to, 1),
        ...pathTo(from, -1),
      ];
    }),
  };
}

function nearest(unit: number, instant: number): number {
  const rounded = Math.round(instant / unit) * unit;
  return rounded > latest ? rounded - unit : rounded;
}
