/** A range of time: `from` is inclusive, `to` exclusive. */
export type Period = { from: Date; to: Date };

/** A part of a period that is read from one table. */
export type Span = { source: 'days' | 'quarter_hours' | 'payments'; from: Date; to: Date };

const quarterHour = 15 * 60_000;
const day = 24 * 60 * 60_000;
const up = (at: number, unit: number) => Math.ceil(at / unit) * unit;
const down = (at: number, unit: number) => Math.floor(at / unit) * unit;

/**
 * Splits a period into at most five spans, whatever its length: whole UTC days, quarter hours before and after them, and
 * payments where the period starts or ends inside a quarter hour.
 */
export function rollupSpans({ from, to }: Period): Span[] {
  const [start, end] = [from.getTime(), to.getTime()];
  const spans: Span[] = [];
  const add = (source: Span['source'], a: number, b: number) => {
    if (a < b) spans.push({ source, from: new Date(a), to: new Date(b) });
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
}
