/** A stretch of time, `from` inclusive, `to` exclusive. */
export type Period = { from: Date; to: Date };

/** A part of period `n` that one table answers for. */
export type Span = { n: number; source: 'days' | 'quarter_hours' | 'payments'; from: Date; to: Date };

const quarterHour = 15 * 60_000;
const day = 24 * 60 * 60_000;
const up = (at: number, unit: number) => Math.ceil(at / unit) * unit;
const down = (at: number, unit: number) => Math.floor(at / unit) * unit;

/** Whether an instant is a bound of quarter hours. */
export const isQuarterHour = (instant: Date): boolean => instant.getTime() % quarterHour === 0;

/**
 * Cuts periods into whole UTC days, quarter hours at their edges, and, for bounds inside a quarter hour, payments
 * themselves: at most five spans a period, whatever its length. Since 1980 every zone's offset is a multiple of a
 * quarter hour, so local midnights need no payments.
 */
export function rollupSpans(periods: readonly Period[]): Span[] {
  return periods.flatMap(({ from, to }, n) => {
    const [start, end] = [from.getTime(), to.getTime()];
    const spans: Span[] = [];
    const add = (source: Span['source'], a: number, b: number) => {
      if (a < b) spans.push({ n, source, from: new Date(a), to: new Date(b) });
    };
    const [q1, q2] = [up(start, quarterHour), down(end, quarterHour)];
    if (q1 > q2) {
      add('payments', start, end);
      return spans;
    }
    add('payments', start, q1);
    add('payments', q2, end);
    const [d1, d2] = [up(q1, day), down(q2, day)];
    if (d1 >= d2) {
      add('quarter_hours', q1, q2);
      return spans;
    }
    add('quarter_hours', q1, d1);
    add('days', d1, d2);
    add('quarter_hours', d2, q2);
    return spans;
  });
}

/** The same periods, answered by the payments themselves. */
export function paymentSpans(periods: readonly Period[]): Span[] {
  return periods.flatMap((period, n) =>
    period.from < period.to ? [{ n, source: 'payments', ...period }] : [],
  );
}
