import type { Database } from '../connection/open-database.ts';
import { prepareStatement } from '../connection/statement.ts';
import { sql } from '../drizzle.ts';
import { lockAndClock } from '../events/commit-order.ts';
import { applyRollupDeltas } from '../rollups/rollup-deltas.ts';
import { type Payment, type PaymentJson, paymentFromJson } from './payment.ts';
import { paymentJson } from './payment-sql.ts';

export type UpdatePaymentRowArgs = {
  id: string;
  actorId: string;
  /** The key that the actor's call came with, or null. */
  apiKeyId: string | null;
  /** Only a pending payment takes a new status. */
  status: 'success' | 'failed' | null;
  failureCode: string | null;
  failureMessage: string | null;
  /** `undefined` leaves the description as it is, null removes it. */
  description: string | null | undefined;
  idempotency: { procedure: string; key: string; requestHash: Buffer } | null;
};

type Input = {
  id: string;
  actorId: string;
  apiKeyId: string | null;
  status: string | null;
  failureCode: string | null;
  failureMessage: string | null;
  setsDescription: boolean;
  description: string | null;
  procedure: string | null;
  key: string | null;
  requestHash: Buffer | null;
};

const statement = prepareStatement<Input, PaymentJson>(
  sql`
with ${lockAndClock},
before as materialized (
  select p.* from clock, payments p
  where p.id = ${sql.placeholder('id')}::uuid
    and (p.status = 'pending' or ${sql.placeholder('status')}::payment_status is null)
    and not exists (
      select 1 from idempotency_keys k
      where k.user_id = ${sql.placeholder('actorId')}::uuid
        and k.api_key_id is not distinct from ${sql.placeholder('apiKeyId')}::uuid
        and k.procedure = ${sql.placeholder('procedure')}::text and k.key = ${sql.placeholder('key')}::text
    )
  for no key update of p
),
after as (
  update payments p
  set status = coalesce(${sql.placeholder('status')}::payment_status, p.status),
      failure_code = coalesce(${sql.placeholder('failureCode')}::text, p.failure_code),
      failure_message = coalesce(${sql.placeholder('failureMessage')}::text, p.failure_message),
      description = case when ${sql.placeholder('setsDescription')}::boolean
                         then ${sql.placeholder('description')}::text else p.description end,
      updated_at = clock.at
  from before, clock
  where p.id = before.id
  returning p.*
),
remembered as (
  insert into idempotency_keys (user_id, api_key_id, procedure, key, request_hash, response, created_at)
  select ${sql.placeholder('actorId')}::uuid, ${sql.placeholder('apiKeyId')}::uuid,
         ${sql.placeholder('procedure')}::text, ${sql.placeholder('key')}::text, ${sql.placeholder('requestHash')}::bytea, ${paymentJson('after')}, after.updated_at
  from after where ${sql.placeholder('key')}::text is not null
),
logged as (
  insert into events (position, type, payload, at)
  select nextval('events_position'), 'payment_updated',
         jsonb_build_object(
           'payment', ${paymentJson('after')},
           'previous', jsonb_build_object('status', before.status, 'description', before.description)
         ),
         after.updated_at
  from before, after
),
audited as (
  insert into audit_log (at, actor_id, api_key_id, action, subject_id, details)
  select after.updated_at, ${sql.placeholder('actorId')}::uuid, ${sql.placeholder('apiKeyId')}::uuid, 'payment.update',
         after.id,
         jsonb_strip_nulls(jsonb_build_object(
           'from', before.status, 'to', after.status,
           'failureCode', ${sql.placeholder('failureCode')}::text,
           'failureMessage', ${sql.placeholder('failureMessage')}::text
         )) || case when before.description is distinct from after.description
                    then jsonb_build_object('description',
                           jsonb_build_object('from', before.description, 'to', after.description))
                    else '{}' end
  from before, after
),
deltas as (
  select created_at, currency, method, status, -1 as count, -amount_minor as amount_minor from before
  union all
  select created_at, currency, method, status, 1, amount_minor from after
),
status_change as (
  select * from deltas where ${sql.placeholder('status')}::payment_status is not null
),
${applyRollupDeltas('status_change')}
select ${paymentJson('after')} from after`,
  ([payment]) => asPaymentJson(payment),
);

/**
 * Settles a pending payment, or corrects a description: payment, rollups, event, audit row and remembered answer
 * in one statement. Of two at once one wins. Gives null, and writes nothing, when there is no such payment, when
 * it takes a status but is not pending, or when the idempotency key was used before.
 */
export async function updatePaymentRow(db: Database, args: UpdatePaymentRowArgs): Promise<Payment | null> {
  const { idempotency, description, ...rest } = args;
  const [payment] = await db.execute(statement, {
    ...rest,
    setsDescription: description !== undefined,
    description: description ?? null,
    procedure: idempotency?.procedure ?? null,
    key: idempotency?.key ?? null,
    requestHash: idempotency?.requestHash ?? null,
  });
  return payment === undefined ? null : paymentFromJson(payment);
}

/** Written by `paymentJson`, so it has that shape. */
function asPaymentJson(value: unknown): PaymentJson {
  return value as PaymentJson;
}
