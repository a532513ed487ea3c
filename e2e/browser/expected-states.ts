import { isInFilter } from '@paydeck/api/testing/filter-oracle';
import { parseAmount } from '@paydeck/contract/money';
import { paymentMethods, paymentStatuses } from '@paydeck/contract/payments';
import type { LoggedChange } from '@paydeck/server/testing/written-state';
import { expect } from 'vitest';
import type { z } from 'zod';
import type { listState, overviewState } from './shown-states.ts';

type Payment = LoggedChange['payment'];
/** The payments at a position of the log, the newest first. */
type PaymentsAt = (position: number) => Payment[];

const dayMs = 86_400_000;
const rowsPerPage = 25;
/** The presets of the overview that the test chooses, in days. */
const rangeDays = new Map([
  ['1d', 1],
  ['7d', 7],
  ['30d', 30],
]);

export function paymentsAt(log: readonly LoggedChange[]): PaymentsAt {
  return (position) => {
    const payments = new Map<string, Payment>();
    for (const change of log)
      if (change.position <= position) payments.set(change.payment.id, change.payment);
    return [...payments.values()].sort(
      (a, b) => b.createdAt.getTime() - a.createdAt.getTime() || (a.id < b.id ? 1 : -1),
    );
  };
}

/**
 * Expects all figures of the overview to be those of the shown range at the shown position of the log. Without a position, it must
 * show no figures. `today` is when the day began in the page's zone.
 */
export function expectTrueOverview(
  shown: z.output<typeof overviewState>,
  { at, today }: { at: PaymentsAt; today: Date },
): void {
  expect(shown.covers).toBe(shown.rangeName);
  const { position, tiles } = shown;
  if (position === null) {
    expect(shown.heading).toMatch(/^(Loading…|Not loaded)$/);
    expect(Object.values(tiles).filter((figure) => figure !== null)).toEqual([]);
    expect({ ...shown, failureCounts: [], methodCounts: [], days: [] }).toEqual(shown);
    return;
  }
  const all = at(numberIn(position));
  const since = (days: number) =>
    all.filter(({ createdAt }) => createdAt.getTime() >= today.getTime() - (days - 1) * dayMs);
  const payments = since(rangeDays.get(shown.range) ?? Number.NaN);
  const [succeeded, failed] = [withStatus(payments, 'success'), withStatus(payments, 'failed')];
  expect({
    heading: numberIn(shown.heading),
    revenue: minorUnits(tiles.Revenue),
    days: shown.days.reduce((sum, day) => sum + minorUnits(day), 0),
    latestDay: minorUnits(shown.days[0]),
    today: tiles['Payments today'],
    week: tiles['Payments this week'],
    failed: tiles.Failed,
    successRate: tiles['Success rate'],
    failures: shown.failureCounts.map(numberIn),
    methods: shown.methodCounts.map(numberIn),
  }).toEqual({
    heading: numberIn(position),
    revenue: amountOf(succeeded),
    days: amountOf(succeeded),
    latestDay: amountOf(withStatus(since(1), 'success')),
    today: String(since(1).length),
    week: String(since(7).length),
    failed: String(failed.length),
    successRate: `${Math.round((succeeded.length / (succeeded.length + failed.length)) * 1_000) / 10}%`,
    failures: countsByMethod(failed)
      .filter((count) => count > 0)
      .sort((a, b) => b - a),
    methods: countsByMethod(payments),
  });
}

/**
 * Expects the total and the rows to be those of the filter that the page shows, at the shown position of the log. Without a
 * position, it must show neither.
 */
export function expectTrueList(shown: z.output<typeof listState>, { at }: { at: PaymentsAt }): void {
  const { position, rows, search } = shown;
  const address = new URLSearchParams(shown.address);
  const status = paymentStatuses.filter((name) => address.get('status')?.split(',').includes(name));
  expect(shown.statusFilter).toBe(`Status${status.map((name) => statusWords[name]).join(', ')}`);
  if (position === null) {
    expect(shown.heading).toMatch(/^(Loading…|Not loaded)$/);
    expect(rows).toEqual([]);
    return;
  }
  const payments = at(numberIn(position)).filter((payment) =>
    isInFilter({ status, search: search.trim() }, payment),
  );
  const hidden = shown.unseen === '' ? 0 : numberIn(shown.unseen);
  // Settled payments leave a list of pending ones, and the rows after them are read then.
  const fewest = status.includes('pending') ? 0 : Math.min(payments.length - hidden, rowsPerPage);
  expect(rows.length).toBeGreaterThanOrEqual(fewest);
  expect({
    total: numberIn(shown.heading),
    rows: rows.map((row) => ({ ...row, amount: minorUnits(row.amount) })),
  }).toEqual({
    total: payments.length,
    rows: payments.slice(hidden, hidden + rows.length).map((payment) => ({
      id: payment.id,
      receiver: payment.receiver,
      status: payment.status,
      amount: payment.amountMinor,
    })),
  });
}

const statusWords = { pending: 'Pending', success: 'Succeeded', failed: 'Failed' };

const withStatus = (payments: readonly Payment[], status: Payment['status']) =>
  payments.filter((payment) => payment.status === status);

const amountOf = (payments: readonly Payment[]) =>
  payments.reduce((sum, { amountMinor }) => sum + amountMinor, 0);

const countsByMethod = (payments: readonly Payment[]) =>
  paymentMethods.map((method) => payments.filter((payment) => payment.method === method).length);

/** The first number in a text: `Event 1,234 of the log`. */
const numberIn = (text: string) => Number(/[\d,]+/.exec(text)?.[0].replaceAll(',', ''));

const minorUnits = (text: string | null | undefined) =>
  parseAmount((text ?? '').replace(/[$,]/g, ''), 'USD') ?? Number.NaN;
