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
      /** What the event did to the filtered set. */
      membership: 'entered' | 'updated' | 'left';
      payment: Payment;
      at: Date;
    }
  /** Events are missing: read the list again, and go on from here. */
  | { type: 'reset'; at: Date };

/** Changes of the filtered set, from `lastEventId` on, in commit order. */
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
  return paymentFeed.subscribe(view, { lastEventId, signal });
}

/** What an event does to the filtered set; null for nothing. */
export async function filteredChanges(
  { db }: { db: Database },
  filter: PaymentFilter,
): Promise<(event: LoggedEvent) => PaymentChange | null> {
  const foldedSearch = filter.search === undefined ? null : await foldSearchText(db.orm, filter.search);
  const matches = (payment: Payment, searchText: string | null) =>
    matchesFilter(filter, payment, { searchText: searchText ?? '', foldedSearch });

  return (event) => {
    const change = changeOf(event);
    if (change === null) return null;
    const { payment, previous } = change;
    const before = previous !== null && matches(previous, event.previousSearchText);
    const after = matches(payment, event.searchText);
    if (!before && !after) return null;
    return change.as(before ? (after ? 'updated' : 'left') : 'entered');
  };
}

type Membership = Exclude<PaymentChange, { type: 'reset' }>['membership'];

type Change = {
  payment: Payment;
  previous: Payment | null;
  /** What subscribers are told: one object for each membership, whoever asks. */
  as(membership: Membership): PaymentChange;
};

/** Each event is read once, for all filters. */
const changes = new WeakMap<LoggedEvent, Change | null>();

/** The payment before and after an event; null for an event of another kind. */
function changeOf(event: LoggedEvent): Change | null {
  const known = changes.get(event);
  if (known !== undefined) return known;
  const change = readChange(event);
  changes.set(event, change);
  return change;
}

function readChange({ type, payload, at }: LoggedEvent): Change | null {
  if (type !== 'payment_created' && type !== 'payment_updated') return null;
  const { payment: json, previous } = asChangePayload(payload);
  const payment = paymentFromJson(json);
  const told = new Map<Membership, PaymentChange>();
  return {
    payment,
    previous: previous === undefined ? null : { ...payment, ...previous },
    as: (membership) => {
      const change = told.get(membership) ?? { type, membership, payment, at };
      told.set(membership, change);
      return change;
    },
  };
}

type ChangePayload = { payment: PaymentJson; previous?: Pick<Payment, 'status' | 'description'> };

/** Payloads of payment events are written by create-payments.ts and update-payment.ts in this shape. */
function asChangePayload(payload: unknown): ChangePayload {
  return payload as ChangePayload;
}
