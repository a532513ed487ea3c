import { expect, test } from 'vitest';
import type { DemoPayment } from './demo-payment.ts';
import { generateHistory, type HistoryPlan } from './generate-history.ts';
import { dayMs } from './rhythm.ts';

const until = new Date('2026-03-01T14:00:00.000Z');
const year: HistoryPlan = { seed: 1, count: 60_000, days: 365, until, currencies: ['USD'] };
const payments = [...generateHistory(year)];

const timeOf = ({ createdAt = '' }: DemoPayment) => Date.parse(createdAt);

const countBy = (all: readonly DemoPayment[], keyOf: (at: Date) => number) => {
  const counts: number[] = Array(32).fill(0);
  for (const payment of all) {
    const key = keyOf(new Date(timeOf(payment)));
    counts[key] = (counts[key] ?? 0) + 1;
  }
  return (key: number) => counts[key] ?? 0;
};

test('nights are quiet; cards peak at lunch and in the evening', () => {
  const at = countBy(
    payments.filter((p) => p.method === 'credit_card'),
    (date) => date.getUTCHours(),
  );
  expect(at(12)).toBeGreaterThan(6 * at(3));
  expect(at(19)).toBeGreaterThan(6 * at(3));
  expect(at(12)).toBeGreaterThan(1.2 * at(15));
  expect(at(19)).toBeGreaterThan(1.2 * at(15));
});

test('weekends are quieter, especially for bank transfers', () => {
  const all = countBy(payments, (date) => date.getUTCDay());
  expect(all(0)).toBeLessThan(0.7 * all(3));
  expect(all(6)).toBeLessThan(0.8 * all(3));
  const transfers = countBy(
    payments.filter((p) => p.method === 'bank_transfer'),
    (date) => date.getUTCDay(),
  );
  expect(transfers(0)).toBeLessThan(0.3 * transfers(3));
});

test('there are more bank transfers around the end of a month', () => {
  const on = countBy(
    payments.filter((p) => p.method === 'bank_transfer'),
    (date) => date.getUTCDate(),
  );
  const middle = (on(10) + on(12) + on(14) + on(16) + on(18)) / 5;
  expect(on(1)).toBeGreaterThan(1.6 * middle);
  expect(on(30)).toBeGreaterThan(1.2 * middle);
});

test('the number of payments grows over the year', () => {
  const middle = until.getTime() - (year.days / 2) * dayMs;
  const later = payments.filter((p) => timeOf(p) >= middle).length;
  expect(later / (payments.length - later)).toBeGreaterThan(1.1);
  expect(later / (payments.length - later)).toBeLessThan(1.4);
});

test('in a rare hour with an incident, most payments of one method fail', () => {
  const hours = new Map<string, { count: number; failed: number }>();
  for (const payment of generateHistory({ ...year, count: 250_000 })) {
    if (payment.method !== 'credit_card') continue;
    const hour = payment.createdAt?.slice(0, 13) ?? '';
    const figures = hours.get(hour) ?? { count: 0, failed: 0 };
    hours.set(hour, {
      count: figures.count + 1,
      failed: figures.failed + (payment.status === 'failed' ? 1 : 0),
    });
  }
  const incidents = [...hours.values()].filter(({ count, failed }) => count >= 12 && failed / count > 0.4);
  expect(incidents.length).toBeGreaterThanOrEqual(2);
  expect(incidents.length).toBeLessThanOrEqual(20);
});
