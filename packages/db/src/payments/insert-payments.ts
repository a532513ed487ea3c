import type { Database } from '../connection/open-database.ts';
import { prepareStatement } from '../connection/statement.ts';
import { sql } from '../drizzle.ts';
import { lockAndClock } from '../events/commit-order.ts';
import { insertEvents } from '../events/insert-events.ts';
import { isoText } from '../iso-text.ts';
import { applyRollupDeltas } from '../rollups/rollup-deltas.ts';
import type { Payment } from './payment.ts';
import { columnNames, valuesOfJson } from './payment-columns.ts';

/** The caller makes the id, a UUIDv7. */
export type NewPayment = Omit<Payment, 'createdAt' | 'updatedAt'> & {
  /** Null to use the time at which the database writes it. */
  createdAt: Date | null;
};

/** The payments of one call. All of them are written, or none. */
export type InsertPaymentsRequest = {
  userId: string;
  /** The API key that the user's call came with. */
  apiKeyId?: string | null;
  idempotency: { procedure: string; key: string; requestHash: Buffer } | null;
  payments: readonly NewPayment[];
};

export type InsertPaymentsOutcome =
  | { outcome: 'created'; payments: Payment[] }
  /** Nothing was written, as the idempotency key was used before. `selectIdempotentResponse` gives the answer. */
  | { outcome: 'key-taken' };

/**
 * Each payment of the input is a `PaymentJson` without the times that the statement sets. The step `request` (a CTE) adds
 * them, under the lock. From the complete `PaymentJson` come the columns of the payment's row, the payload of its event, and
 * the remembered answer. The column `request` is the index of the request, and `n` that of the payment in it.
 */
const statement = prepareStatement<{ requests: string }, { at: Date; accepted: number[] }>(
  (p) => sql`
with ${lockAndClock},
stamp as materialized (
  select at, text, jsonb_build_object('createdAt', text, 'updatedAt', text) as times
  from (select at, ${isoText('at')} as text from clock) now
),
request as materialized (
  select r.request, r.user_id, r.api_key_id, r.procedure, r.key, r.request_hash, stamp.at,
         (select jsonb_agg(stamp.times || p.value) from jsonb_array_elements(r.payments) p) as payments
  from stamp, jsonb_to_recordset(${p('requests', 'jsonb')})
    as r (request int, user_id uuid, api_key_id uuid, procedure text, key text, request_hash text, payments jsonb)
),
claimed as (
  insert into idempotency_keys (user_id, api_key_id, procedure, key, request_hash, response, created_at)
  select user_id, api_key_id, procedure, key, decode(request_hash, 'hex'), payments, at
  from request
  where key is not null
  order by user_id, procedure, key
  on conflict do nothing
  returning coalesce(api_key_id, user_id) as owner, procedure, key
),
accepted as materialized (
  select r.request, r.user_id, r.api_key_id, r.at, p.value as payment, p.ordinality as n
  from request r, jsonb_array_elements(r.payments) with ordinality p
  where r.key is null or (coalesce(r.api_key_id, r.user_id), r.procedure, r.key) in (select owner, procedure, key from claimed)
),
created as (
  insert into payments (${columnNames}, created_by, api_key_id)
  select ${valuesOfJson('payment')}, user_id, api_key_id
  from accepted
  returning created_at, currency, method, status, 1 as count, amount_minor
),
logged as (
  ${insertEvents({
    type: 'payment_created',
    payload: sql`jsonb_build_object('payment', payment)`,
    at: sql`at`,
    from: sql`(select payment, at from accepted order by request, n) in_order`,
  })}
),
${applyRollupDeltas('created')}
select text, (select json_agg(distinct request) from accepted)
from stamp`,
  ([at, accepted]) => ({
    at: new Date(String(at)),
    accepted: Array.isArray(accepted) ? accepted.map(Number) : [],
  }),
  'write',
);

/**
 * Writes the payments of several calls in one statement: payments, rollups, events and remembered answers, all or nothing.
 * Returns an outcome for each request, in the order of the requests.
 */
export async function insertPayments(
  db: Database,
  requests: readonly InsertPaymentsRequest[],
): Promise<InsertPaymentsOutcome[]> {
  const claims = new Set<string>();
  const rows = requests.flatMap(({ userId, apiKeyId = null, idempotency, payments }, index) => {
    const row = {
      request: index,
      user_id: userId,
      api_key_id: apiKeyId,
      payments: payments.map(withoutTimes),
    };
    if (idempotency === null) return row;
    const { procedure, key, requestHash } = idempotency;
    // If several requests of a batch have the same key, only the first is sent.
    const claim = JSON.stringify([apiKeyId ?? userId, procedure, key]);
    if (claims.has(claim)) return [];
    claims.add(claim);
    return { ...row, procedure, key, request_hash: requestHash.toString('hex') };
  });
  const [written] = await db.execute(statement, { requests: JSON.stringify(rows) });
  if (written === undefined) throw new Error('The writing statement answered without a row.');
  const { at } = written;
  const accepted = new Set(written.accepted);
  return requests.map(({ payments }, index) =>
    accepted.has(index)
      ? {
          outcome: 'created',
          payments: payments.map((p) => ({ ...p, createdAt: p.createdAt ?? at, updatedAt: at })),
        }
      : { outcome: 'key-taken' },
  );
}

/** A payment as JSON, without the times that the statement adds. */
const withoutTimes = (
  payment: NewPayment,
): Omit<Payment, 'createdAt' | 'updatedAt'> & { createdAt: Date | undefined } => ({
  id: payment.id,
  amountMinor: payment.amountMinor,
  currency: payment.currency,
  method: payment.method,
  status: payment.status,
  receiver: payment.receiver,
  description: payment.description,
  failureCode: payment.failureCode,
  failureMessage: payment.failureMessage,
  createdAt: payment.createdAt ?? undefined,
});
