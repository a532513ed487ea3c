import { type PaymentFilter, rollupsCanAnswer } from '@paydeck/db/filter';
import { BoundedMap } from '../bounded-map.ts';

/** The total of a filter, and the log position as of which it is exact. */
type KnownTotal = { total: number; asOf: number };

/**
 * The totals that lists returned last. The list's statement uses one only if the log is still at its position, so it is never
 * out of date. It saves the sum of the rollups, which takes longer than the read of the page.
 */
export type KnownTotals = {
  of(filter: PaymentFilter): KnownTotal | undefined;
  remember(filter: PaymentFilter, known: KnownTotal): void;
  clear(): void;
};

const maxFilters = 500;

export function createKnownTotals(): KnownTotals {
  const totals = new BoundedMap<string, KnownTotal>(maxFilters);
  return {
    of: (filter) => totals.get(JSON.stringify(filter)),
    remember: (filter, { total, asOf }) => {
      if (rollupsCanAnswer(filter)) totals.set(JSON.stringify(filter), { total, asOf });
    },
    clear: () => totals.clear(),
  };
}
