import { expect, test } from 'vitest';
import { spansOfPeriods } from './period-spans.ts';

const quarterHour = 15 * 60_000;
const day = 24 * 60 * 60_000;

/** Bounds on and beside midnights, quarter hours and halves of them, around 1970, and at both ends of what PostgreSQL holds. */
const bounds = [
  Date.UTC(100, 0, 1),
  -day / 2,
  -quarterHour / 2 - 1,
  0,
  1,
  quarterHour / 2,
  quarterHour - 1,
  day / 2 - 1,
  day / 2,
  day / 2 + quarterHour,
  3 * day - quarterHour / 2,
  40 * day + 5.75 * 4 * quarterHour,
  Date.UTC(9999, 11, 31, 23, 59, 59, 999),
];

test('spans add up to exactly their period, along the units of their tables', () => {
  const periods = bounds.flatMap((from) => bounds.map((to) => ({ from: new Date(from), to: new Date(to) })));
  const cut = spansOfPeriods(periods);
  for (const [unit, longest, spans] of [
    [day, Infinity, cut.spans.days],
    [quarterHour, day, cut.spans.quarterHours],
    [1, quarterHour, cut.spans.payments],
  ] as const) {
    for (const { from, to } of spans) {
      expect(from).toBeLessThan(to);
      expect([from % unit, to % unit].map(Math.abs)).toEqual([0, 0]);
      expect(new Date(to).toISOString()).toMatch(/^\d{4}-/);
      expect(to - from).toBeLessThanOrEqual(longest);
    }
  }
  for (const [n, { from, to }] of periods.entries()) {
    const contains = (instant: number) =>
      (cut.periods[n] ?? []).reduce((sum, { sign, source, index }) => {
        const { from, to } = cut.spans[source][index] ?? expect.unreachable();
        return from <= instant && instant < to ? sum + sign : sum;
      }, 0);
    for (const bound of bounds) {
      for (const instant of [bound - 1, bound, bound + 1]) {
        expect(contains(instant)).toBe(from.getTime() <= instant && instant < to.getTime() ? 1 : 0);
      }
    }
  }
});

test('neighbouring local days share the spans at their common midnight', () => {
  const midnights = [0, 1, 2, 3].map((n) => new Date(n * day + 5.5 * 4 * quarterHour));
  const days = midnights.slice(1).map((to, n) => ({ from: midnights[n] ?? to, to }));
  const { spans } = spansOfPeriods(days);
  expect(spans.quarterHours).toHaveLength(4);
  expect(spans.days).toHaveLength(3);
});
