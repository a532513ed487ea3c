import type { FilterInput } from '@paydeck/api/testing/arbitrary-payments';
import { isInFilter } from '@paydeck/api/testing/filter-oracle';
import type { RouterOutputs } from '@paydeck/client';
import type { LoggedChange } from '@paydeck/server/testing/written-state';

export type Payment = RouterOutputs['payments']['byId'];

/** An event as a subscriber of `payments.onChange` gets it. */
export type Change = {
  position: number;
  type: 'payment_created' | 'payment_updated';
  membership: 'entered' | 'updated' | 'left';
  payment: Payment;
  at: Date;
};

/** What a subscriber with this filter is to be told of the log, from after a position on. */
export function changesFor(log: readonly LoggedChange[], filter: FilterInput, after: number): Change[] {
  return log.flatMap(({ previous, ...event }) => {
    if (event.position <= after) return [];
    const before = previous !== null && isInFilter(filter, previous);
    const now = isInFilter(filter, event.payment);
    if (!before && !now) return [];
    const membership = before ? (now ? 'updated' : 'left') : 'entered';
    return [{ ...event, membership } as const];
  });
}

/** How a record differs from what was to come; all zero, and no first difference, when it does not. */
export type RecordFaults = {
  missing: number;
  twice: number;
  outOfOrder: number;
  uncalledFor: number;
  firstDifference: { expected: Change | null; received: Change | null } | null;
};

export function faultsOf(received: readonly Change[], expected: readonly Change[]): RecordFaults {
  const seen = new Set(received.map(({ position }) => position));
  const due = new Set(expected.map(({ position }) => position));
  const at = Array.from({ length: Math.max(received.length, expected.length) }, (_, n) => n).find(
    (n) => asText(received[n]) !== asText(expected[n]),
  );
  return {
    missing: [...due].filter((position) => !seen.has(position)).length,
    twice: received.length - seen.size,
    outOfOrder: received.filter(({ position }, n) => position < (received[n - 1]?.position ?? 0)).length,
    uncalledFor: [...seen].filter((position) => !due.has(position)).length,
    firstDifference:
      at === undefined ? null : { expected: expected[at] ?? null, received: received[at] ?? null },
  };
}

/** One text for one change, whatever the order of its fields. */
const asText = (change: Change | undefined): string =>
  change === undefined
    ? ''
    : JSON.stringify([
        change.position,
        change.type,
        change.membership,
        change.at,
        Object.entries(change.payment).sort(([a], [b]) => (a < b ? -1 : 1)),
      ]);
