import { formatAmount } from '@paydeck/contract/money';
import { type PaymentStatus, settledStatuses } from '@paydeck/contract/payments';

type Payment = { status: PaymentStatus; currency: string; amountMinor: number };

const statusOrder: readonly PaymentStatus[] = [...settledStatuses, 'pending'];

/** Counts payments and adds up their exact amounts, by status and currency. */
export class Tally {
  count = 0;
  readonly #groups = new Map<
    string,
    { status: PaymentStatus; currency: string; count: number; sumMinor: bigint }
  >();

  add(payments: readonly Payment[]): void {
    for (const { status, currency, amountMinor } of payments) {
      const key = `${status} ${currency}`;
      const group = this.#groups.get(key) ?? { status, currency, count: 0, sumMinor: 0n };
      group.count += 1;
      group.sumMinor += BigInt(amountMinor);
      this.#groups.set(key, group);
      this.count += 1;
    }
  }

  /** A table with one line for each status and currency. */
  toString(): string {
    const groups = [...this.#groups.values()].sort(
      (a, b) =>
        statusOrder.indexOf(a.status) - statusOrder.indexOf(b.status) || a.currency.localeCompare(b.currency),
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

/** `formatAmount` with thousands separators: `1,234.50`. */
export const formatMajor = (amountMinor: bigint, currency: string): string =>
  formatAmount(amountMinor, currency).replace(/^\d+/, (whole) => BigInt(whole).toLocaleString('en'));
