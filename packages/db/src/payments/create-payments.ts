import { sql } from 'drizzle-orm';
import type { Database } from '../connection/open-database.ts';
import { prepareStatement } from '../connection/statement.ts';
import { lockAndClock } from '../events/commit-order.ts';
import { applyRollupDeltas } from '../stats/rollup-deltas.ts';
import type { Payment, PaymentMethod, PaymentStatus } from './payment.ts';
import { isoText, paymentJson } from './payment-sql.ts';

export type NewPayment = {
  /** A UUIDv7, made by the caller. */
  id: string;
  amountMinor: number;
  currency: string;
  method: PaymentMethod;
  status: PaymentStatus;
  receiver: string;
  description: string | null;
  failureCode: string | null;
  failureMessage: string | null;
  /** The database's clock when null. */
  createdAt: Date | null;
};

/** What one call asks for: one or many payments, all of them or none. */
export type CreatePaymentsRequest = {
  userId: string;
  idempotency: { procedure: string; key: string; requestHash: Buffer } | null;
  payments: readonly NewPayment[];
};

export type CreatePaymentsOutcome =
  | { outcome: 'created'; payments: Payment[]; lastPosition: number }
  /** The idempotency key was used before: `findIdempotentResponse` has the answer. Nothing was written. */
  | { outcome: 'key-taken' };

const statement = prepareStatement<{ requests: string; payments: string }, { request: number; at: Date; lastPosition: number }>(
  sql`
with ${lockAndClock},
request as materialized (
  select r.* from clock, json_to_recordset(${sql.placeholder('requests')}::json)
    as r (request int, user_id uuid, procedure text, key text, request_hash text)
),
proposed as materialized (
  select p.n, p.request, p.id, p.amount_minor, p.currency, p.method, p.status, p.receiver, p.description,
         p.failure_code, p.failure_message, coalesce(p.created_at, clock.at) as created_at,
         clock.at as updated_at
  from clock, json_to_recordset(${sql.placeholder('payments')}::json)
    as p (n int, request int, id uuid, amount_minor bigint, currency text, method payment_method,
          status payment_status, receiver text, description text, failure_code text, failure_message text,
          created_at timestamptz)
),
claimed as (
  insert into idempotency_keys (user_id, procedure, key, request_hash, response, created_at)
  select r.user_id, r.procedure, r.key, decode(r.request_hash, 'hex'), answer.payments, clock.at
  from clock, request r, lateral (
    select jsonb_agg(${paymentJson('p')} order by p.n) as payments
    from proposed p where p.request = r.request
  ) answer
  where r.key is not null
  order by r.user_id, r.procedure, r.key
  on conflict do nothing
  returning response -> 0 ->> 'id' as first_id
),
accepted as materialized (
  select r.request, r.user_id from request r
  where r.key is null
     or exists (
       select 1 from claimed join proposed p on p.id = claimed.first_id::uuid where p.request = r.request
     )
),
created as (
  insert into payments (id, amount_minor, currency, method, status, receiver, description,
                        failure_code, failure_message, created_by, created_at, updated_at)
  select p.id, p.amount_minor, p.currency, p.method, p.status, p.receiver, p.description,
         p.failure_code, p.failure_message, a.user_id, p.created_at, p.updated_at
  from accepted a join proposed p on p.request = a.request
  returning created_at, currency, method, status, 1 as count, amount_minor
),
logged as (
  insert into events (position, type, payload, at)
  select nextval('events_position'), 'payment_created', jsonb_build_object('payment', payment), at
  from (
    select ${paymentJson('p')} as payment, p.updated_at as at
    from accepted a join proposed p on p.request = a.request
    order by p.n
  ) in_order
  returning position
),
${applyRollupDeltas('created')}
select a.request, ${isoText('clock.at')}, (select max(position) from logged)
from clock, accepted a`,
  ([request, at, lastPosition]) => ({
    request: Number(request),
    at: new Date(String(at)),
    lastPosition: Number(lastPosition),
  }),
);

/**
 * Writes the payments of several calls as one statement: payments, rollups, events and remembered answers,
 * together or not at all. Outcomes come in the order of the requests.
 */
export async function createPayments(
  db: Database,
  requests: readonly CreatePaymentsRequest[],
): Promise<CreatePaymentsOutcome[]> {
  const requestRows = requests.map(({ userId, idempotency }, request) => ({
    request,
    user_id: userId,
    procedure: idempotency?.procedure,
    key: idempotency?.key,
    request_hash: idempotency?.requestHash.toString('hex'),
  }));
  const paymentRows: unknown[] = [];
  for (const [request, { payments }] of requests.entries()) {
    for (const p of payments) {
      paymentRows.push({
        n: paymentRows.length,
        request,
        id: p.id,
        amount_minor: p.amountMinor,
        currency: p.currency,
        method: p.method,
        status: p.status,
        receiver: p.receiver,
        description: p.description,
        failure_code: p.failureCode,
        failure_message: p.failureMessage,
        created_at: p.createdAt,
      });
    }
  }
  const accepted = await db.execute(statement, {
    requests: JSON.stringify(requestRows),
    payments: JSON.stringify(paymentRows),
  });
  const byRequest = new Map(accepted.map((row) => [row.request, row]));
  return requests.map(({ payments }, request) => {
    const row = byRequest.get(request);
    if (row === undefined) return { outcome: 'key-taken' };
    return {
      outcome: 'created',
      lastPosition: row.lastPosition,
      payments: payments.map((p) => ({ ...p, createdAt: p.createdAt ?? row.at, updatedAt: row.at })),
    };
  });
}
