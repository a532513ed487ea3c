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

/** The changes that a subscriber with this filter must receive after a position of the log. */
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

/** How the received changes differ from the expected ones. */
export type Differences = {
  missing: number;
  duplicate: number;
  outOfOrder: number;
  unexpected: number;
  firstDifference: { expected: Change | null; received: Change | null } | null;
};

export function compareChanges(received: readonly Change[], expected: readonly Change[]): Differences {
  const receivedPositions = new Set(received.map(({ position }) => position));
  const expectedPositions = new Set(expected.map(({ position }) => position));
  const firstDifferent = Array.from({ length: Math.max(received.length, expected.length) }, (_, n) => n).find(
    (n) => asText(received[n]) !== asText(expected[n]),
  );
  return {
    missing: [...expectedPositions].filter((position) => !receivedPositions.has(position)).length,
    duplicate: received.length - receivedPositions.size,
    outOfOrder: received.filter(({ position }, n) => position < (received[n - 1]?.position ?? 0)).length,
    unexpected: [...receivedPositions].filter((position) => !expectedPositions.has(position)).length,
    firstDifference:
      firstDifferent === undefined
        ? null
        : { expected: expected[firstDifferent] ?? null, received: received[firstDifferent] ?? null },
  };
}

/** The same text for equal changes, in whatever order their fields are. */
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
