import type { PaydeckClient } from '@paydeck/client';
import { paymentMethods, paymentStatuses } from '@paydeck/contract/payments';
import { type Figures, groupKey, monthKey, type Recomputed } from './recompute.ts';

export type Difference = { what: string; shown: number; recomputed: number };

const nothing: Figures = { count: 0, amountMinor: 0 };

/**
 * Compares the server's figures with the recomputed ones: totals of the list by currency, method and status, revenue by
 * month, and failures. Null when the answers are not as of the same event, because something was written in between.
 */
export async function compare(client: PaydeckClient, expected: Recomputed): Promise<Difference[] | null> {
  const { list } = client.api.payments;
  const { revenue, failures } = client.api.stats;
  const differences: Difference[] = [];
  const positions = new Set<number | null>([expected.asOf]);
  const check = (what: string, shown: number, recomputed: number) => {
    if (shown !== recomputed) differences.push({ what, shown, recomputed });
  };

  const all = await list.query({ limit: 1 });
  check('payments', all.total, expected.payments);
  positions.add(all.asOf);
  const differencesAsOfOneEvent = () => (positions.size === 1 ? differences : null);
  if (expected.firstMonth === null || expected.lastMonth === null) return differencesAsOfOneEvent();

  const range = { from: `${expected.firstMonth}-01`, to: `${monthAfter(expected.lastMonth)}-01` };
  for (const currency of expected.currencies) {
    const groups = paymentMethods.flatMap((method) => paymentStatuses.map((status) => ({ method, status })));
    const totals = groups.map(async ({ method, status }) => {
      const { total, asOf } = await list.query({
        filter: { currency, method: [method], status: [status] },
        limit: 1,
      });
      positions.add(asOf);
      const key = groupKey(currency, method, status);
      check(`payments ${key}`, total, (expected.groups.get(key) ?? nothing).count);
    });
    const input = { ...range, currency, interval: 'month' as const };
    const [byMonth, failed] = await Promise.all([revenue.query(input), failures.query(input), ...totals]);
    positions.add(byMonth.asOf).add(failed.asOf);
    for (const { date, count, amountMinor } of byMonth.points) {
      const month = date.slice(0, 7);
      const recomputed = expected.months.get(monthKey(currency, month)) ?? nothing;
      check(`revenue ${currency} ${month}`, amountMinor, recomputed.amountMinor);
      check(`successes ${currency} ${month}`, count, recomputed.count);
    }
    const failedGroups = paymentMethods.map(
      (method) => expected.groups.get(groupKey(currency, method, 'failed')) ?? nothing,
    );
    check(`failures ${currency}`, failed.count, sumOf(failedGroups, 'count'));
    check(`failed amount ${currency}`, failed.amountMinor, sumOf(failedGroups, 'amountMinor'));
  }
  return differencesAsOfOneEvent();
}

const sumOf = (groups: readonly Figures[], field: keyof Figures) =>
  groups.reduce((sum, group) => sum + group[field], 0);

function monthAfter(month: string): string {
  const date = new Date(`${month}-01T00:00:00Z`);
  date.setUTCMonth(date.getUTCMonth() + 1);
  return date.toISOString().slice(0, 7);
}
