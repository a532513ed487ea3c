import { formatAmount } from '@paydeck/contract/money';
import type { PaymentStatus } from './demo-payment.ts';

type Counted = { status: PaymentStatus; currency: string; amountMinor: number };

/** How many payments there are of each status, and their exact sums by currency. */
export class Tally {
  count = 0;
  readonly #groups = new Map<
    string,
    { status: PaymentStatus; currency: string; count: number; sumMinor: bigint }
  >();

  add(payments: readonly Counted[]): void {
    for (const { status, currency, amountMinor } of payments) {
      const key = `${status} ${currency}`;
      const group = this.#groups.get(key) ?? { status, currency, count: 0, sumMinor: 0n };
      group.count += 1;
      group.sumMinor += BigInt(amountMinor);
      this.#groups.set(key, group);
      this.count += 1;
    }
  }

  /** A table, one line for each status and currency. */
  toString(): string {
    const statuses: readonly PaymentStatus[] = ['success', 'failed', 'pending'];
    const groups = [...this.#groups.values()].sort(
      (a, b) =>
        statuses.indexOf(a.status) - statuses.indexOf(b.status) || a.currency.localeCompare(b.currency),
    );
    const rows = groups.map(({ status, currency, count, sumMinor }) => ({
      status,
      count: count.toLocaleString('en'),
      currency,
      sum: formatMajor(sumMinor, currency),
    }));
    const countWidth = Math.max(0, ...rows.map(({ count }) => count.length));
    const sumWidth = Math.max(0, ...rows.map(({ sum }) => sum.length));
    return rows
      .map(
        ({ status, count, currency, sum }) =>
          `  ${status.padEnd(7)}  ${count.padStart(countWidth)}  ${currency} ${sum.padStart(sumWidth)}`,
      )
      .join('\n');
  }
}

/** `1,234.50`: `formatAmount` with groups of three digits. */
export const formatMajor = (amountMinor: bigint, currency: string): string =>
  formatAmount(amountMinor, currency).replace(/^\d+/, (whole) => BigInt(whole).toLocaleString('en'));
