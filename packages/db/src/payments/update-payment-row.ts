import type { SettledStatus } from '@paydeck/contract/payments';
import { insertAuditRows } from '../audit-log/insert-audit-rows.ts';
import type { Database } from '../connection/open-database.ts';
import { prepareStatement } from '../connection/statement.ts';
import { sql } from '../drizzle.ts';
import { lockAndClock } from '../events/commit-order.ts';
import { insertEvents } from '../events/insert-events.ts';
import { applyRollupDeltas } from '../rollups/rollup-deltas.ts';
import type { Payment } from './payment.ts';
import { paymentJson } from './payment-columns.ts';
import { type PaymentJson, paymentFromJson } from './payment-json.ts';

export type UpdatePaymentRowArgs = {
  id: string;
  actorId: string;
  /** The API key that the actor used, or null. */
  apiKeyId: string | null;
  /** Null leaves it as it is. Only a pending payment can get another status. */
  status: SettledStatus | null;
  failureCode: string | null;
  failureMessage: string | null;
  /** `undefined` leaves it as it is, null removes it. */
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
  (p) => sql`
with ${lockAndClock},
before as materialized (
  select p.* from clock, payments p
  where p.id = ${p('id', 'uuid')}
    and (p.status = 'pending' or ${p('status', 'payment_status')} is null)
    and not exists (
      select 1 from idempotency_keys k
      where k.user_id = ${p('actorId', 'uuid')}
        and k.api_key_id is not distinct from ${p('apiKeyId', 'uuid')}
        and k.procedure = ${p('procedure', 'text')} and k.key = ${p('key', 'text')}
    )
  for no key update of p
),
after as (
  update payments p
  set status = coalesce(${p('status', 'payment_status')}, p.status),
      failure_code = coalesce(${p('failureCode', 'text')}, p.failure_code),
      failure_message = coalesce(${p('failureMessage', 'text')}, p.failure_message),
      description = case when ${p('setsDescription', 'boolean')}
                         then ${p('description', 'text')} else p.description end,
      updated_at = clock.at
  from before, clock
  where p.id = before.id
  returning p.*
),
change as materialized (
  select after.*, ${paymentJson('after')} as payment,
         before.status as previous_status, before.description as previous_description
  from before, after
),
remembered as (
  insert into idempotency_keys (user_id, api_key_id, procedure, key, request_hash, response, created_at)
  select ${p('actorId', 'uuid')}, ${p('apiKeyId', 'uuid')}, ${p('procedure', 'text')}, ${p('key', 'text')},
         ${p('requestHash', 'bytea')}, payment, updated_at
  from change
  where ${p('key', 'text')} is not null
),
logged as (
  ${insertEvents({
    type: 'payment_updated',
    payload: sql`jsonb_build_object(
      'payment', payment,
      'previous', jsonb_build_object('status', previous_status, 'description', previous_description))`,
    at: sql`updated_at`,
    from: sql`change`,
  })}
),
audited as (
  ${insertAuditRows({
    at: sql`updated_at`,
    actorId: p('actorId', 'uuid'),
    apiKeyId: p('apiKeyId', 'uuid'),
    action: 'payment.update',
    subjectId: sql`id`,
    details: sql`
      jsonb_strip_nulls(jsonb_build_object(
        'from', previous_status, 'to', status,
        'failureCode', ${p('failureCode', 'text')}, 'failureMessage', ${p('failureMessage', 'text')}))
      || case when description is distinct from previous_description
              then jsonb_build_object('description',
                     jsonb_build_object('from', previous_description, 'to', description))
              else '{}' end`,
    from: sql`change`,
  })}
),
deltas as (
  select created_at, currency, method, previous_status as status, -1 as count, -amount_minor as amount_minor
  from change where status <> previous_status
  union all
  select created_at, currency, method, status, 1, amount_minor
  from change where status <> previous_status
),
${applyRollupDeltas('deltas')}
select payment from change`,
  ([payment]) => asPaymentJson(payment),
  'write',
);

/**
 * Settles a pending payment, or changes its description. Writes payment, rollups, event, audit row and remembered answer in
 * one statement. If two calls settle a payment at the same time, one succeeds. Returns null, having written nothing, when
 * there is no such payment, when a status is given and the payment is not pending, and when the idempotency key was used
 * before.
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

/** `paymentJson` wrote the value in this shape. */
function asPaymentJson(value: unknown): PaymentJson {
  return value as PaymentJson;
}
