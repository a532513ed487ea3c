import type { Database } from '@paydeck/db/connection';
import type { LoggedEvent } from '@paydeck/db/events';
import { foldSearchText, type PaymentFilter } from '@paydeck/db/filter';
import { type Payment, type PaymentJson, paymentFromJson } from '@paydeck/db/payments';
import type { z } from 'zod';
import { matchesFilter } from '../filter/matches-filter.ts';
import type { LiveFeed } from '../live/live-feed.ts';
import type { LiveSubscription } from '../live/live-subscription.ts';
import type { onChangeInput } from './schema.ts';

export type PaymentChange =
  | {
      type: 'payment_created' | 'payment_updated';
      /** Whether the payment entered the filtered set, changed within it, or left it. */
      membership: 'entered' | 'updated' | 'left';
      payment: Payment;
      at: Date;
    }
  /** Events are missing. The subscriber must read the list again. */
  | { type: 'reset'; at: Date };

/** The changes of the filtered set after `lastEventId`, in commit order. */
export async function onPaymentChange(
  { db, paymentFeed }: { db: Database; paymentFeed: LiveFeed<PaymentChange> },
  { filter, lastEventId }: z.output<typeof onChangeInput>,
  signal: AbortSignal | undefined,
): Promise<LiveSubscription<PaymentChange>> {
  const view = {
    key: JSON.stringify(filter),
    translate: await filteredChanges({ db }, filter),
    reset: (): PaymentChange => ({ type: 'reset', at: new Date() }),
  };
  if (lastEventId === null) await paymentFeed.catchUp();
  return paymentFeed.subscribe(view, { lastEventId, signal });
}

/** Returns a function from an event to the change that it makes to the filtered set, or null for no change. */
export async function filteredChanges(
  { db }: { db: Database },
  filter: PaymentFilter,
): Promise<(event: LoggedEvent) => PaymentChange | null> {
  const foldedSearch = filter.search === undefined ? null : await foldSearchText(db, filter.search);
  const matches = (payment: Payment, searchText: string | null) =>
    matchesFilter(filter, payment, { searchText: searchText ?? '', foldedSearch });

  return (event) => {
    const change = parsedEvent(event);
    if (change === null) return null;
    const { payment, previous } = change;
    const matchedBefore = previous !== null && matches(previous, event.previousSearchText);
    const matchesNow = matches(payment, event.searchText);
    if (!matchedBefore && !matchesNow) return null;
    return change.withMembership(matchedBefore ? (matchesNow ? 'updated' : 'left') : 'entered');
  };
}

type Membership = Exclude<PaymentChange, { type: 'reset' }>['membership'];

type PaymentEvent = {
  payment: Payment;
  /** The payment before the event; null for its creation. */
  previous: Payment | null;
  /** Always the same object for one membership, so that it is encoded once for all filters. */
  withMembership(membership: Membership): PaymentChange;
};

/** Each event is parsed once for all filters. */
const parsedEvents = new WeakMap<LoggedEvent, PaymentEvent | null>();

/** The payment before and after an event; null for an event that is not about a payment. */
function parsedEvent(event: LoggedEvent): PaymentEvent | null {
  const known = parsedEvents.get(event);
  if (known !== undefined) return known;
  const parsed = parseEvent(event);
  parsedEvents.set(event, parsed);
  return parsed;
}

function parseEvent({ type, payload, at }: LoggedEvent): PaymentEvent | null {
  if (type !== 'payment_created' && type !== 'payment_updated') return null;
  const { payment: json, previous } = asChangePayload(payload);
  const payment = paymentFromJson(json);
  const changes = new Map<Membership, PaymentChange>();
  return {
    payment,
    previous: previous === undefined ? null : { ...payment, ...previous },
    withMembership: (membership) => {
      const change = changes.get(membership) ?? { type, membership, payment, at };
      changes.set(membership, change);
      return change;
    },
  };
}

type ChangePayload = {
  payment: PaymentJson;
  previous?: Partial<Pick<Payment, 'status' | 'receiver' | 'description'>>;
};

/** The statements that create and update payments write the payloads of their events in this shape. */
function asChangePayload(payload: unknown): ChangePayload {
  return payload as ChangePayload;
}
