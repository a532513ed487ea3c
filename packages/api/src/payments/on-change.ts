import type { PaymentFilter } from '@paydeck/db/filter';
import { foldSearchText } from '@paydeck/db/fold-search-text';
import { type Payment, type PaymentJson, paymentFromJson } from '@paydeck/db/payment';
import type { LoggedEvent } from '@paydeck/db/read-events';
import { type TrackedEnvelope, tracked } from '@trpc/server';
import type { z } from 'zod';
import type { Context } from '../context.ts';
import { followLog } from '../live/follow-log.ts';
import { matchesFilter } from './matches-filter.ts';
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
export async function* onPaymentChange(
  ctx: Context,
  { filter, lastEventId }: z.output<typeof onChangeInput>,
  signal: AbortSignal | undefined,
): AsyncGenerator<TrackedEnvelope<PaymentChange>> {
  const changeOf = await filteredChanges(ctx, filter);
  for await (const step of followLog(ctx, { lastEventId, signal })) {
    if (step.kind === 'reset') {
      yield tracked(String(step.position), { type: 'reset', at: new Date() });
      continue;
    }
    const change = changeOf(step.event);
    if (change !== null) yield tracked(String(step.event.position), change);
  }
}

/** What an event does to the filtered set; null for nothing. */
export async function filteredChanges(
  { db }: Pick<Context, 'db'>,
  filter: PaymentFilter,
): Promise<(event: LoggedEvent) => PaymentChange | null> {
  const foldedSearch = filter.search === undefined ? null : await foldSearchText(db.orm, filter.search);
  const matches = (payment: Payment, searchText: string | null) =>
    matchesFilter(filter, payment, { searchText: searchText ?? '', foldedSearch });

  return (event) => {
    const change = readChange(event);
    if (change === null) return null;
    const { type, payment, previous } = change;
    const before = previous !== null && matches(previous, event.previousSearchText);
    const after = matches(payment, event.searchText);
    if (!before && !after) return null;
    const membership = before ? (after ? 'updated' : 'left') : 'entered';
    return { type, membership, payment, at: event.at };
  };
}

type Change = { type: 'payment_created' | 'payment_updated'; payment: Payment; previous: Payment | null };

/** The payment before and after an event; null for an event of another kind. */
function readChange({ type, payload }: LoggedEvent): Change | null {
  if (type !== 'payment_created' && type !== 'payment_updated') return null;
  const { payment: json, previous } = asChangePayload(payload);
  const payment = paymentFromJson(json);
  return { type, payment, previous: previous === undefined ? null : { ...payment, ...previous } };
}

type ChangePayload = { payment: PaymentJson; previous?: Pick<Payment, 'status' | 'description'> };

/** Payloads of payment events are written by create-payments.ts and update-payment.ts in this shape. */
function asChangePayload(payload: unknown): ChangePayload {
  return payload as ChangePayload;
}
