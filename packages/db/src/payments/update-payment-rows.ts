import type { SettledStatus } from '@paydeck/contract/payments';
import type { AuditCaller } from '../audit-log/audit-caller.ts';
import { insertAuditRows } from '../audit-log/insert-audit-rows.ts';
import type { Database } from '../connection/open-database.ts';
import { prepareStatement } from '../connection/statement.ts';
import { sql } from '../drizzle.ts';
import { lockAndClock } from '../events/commit-order.ts';
import { insertEvents } from '../events/insert-events.ts';
import { isoText } from '../iso-text.ts';
import { applyRollupDeltas } from '../rollups/rollup-deltas.ts';
import type { Payment } from './payment.ts';
import { paymentJson } from './payment-columns.ts';
import { type PaymentJson, paymentFromJson } from './payment-json.ts';

export type UpdatePaymentRequest = AuditCaller & {
  id: string;
  actorId: string;
  /** The API key that the actor used, or null. */
  apiKeyId: string | null;
  /** Null leaves it as it is. Only a pending payment can get another status. */
  status: SettledStatus | null;
  failureCode: string | null;
  failureMessage: string | null;
  /** Null leaves it as it is. */
  receiver: string | null;
  /** `undefined` leaves it as it is, null removes it. */
  description: string | null | undefined;
  idempotency: { procedure: string; key: string; requestHash: Buffer } | null;
};

/**
 * `requests` is a JSON array. `change` has each request that may change its payment, with the payment's latest version and
 * its values after the change. A request whose idempotency key is taken is not in `accepted`, and changes nothing.
 */
const statement = prepareStatement<{ requests: string }, { request: number; payment: PaymentJson }>(
  (p) => sql`
with ${lockAndClock},
requested as materialized (
  select r.*, clock.at
  from clock, json_to_recordset(${p('requests', 'json')}) as r (
    request int, payment_id uuid, actor_id uuid, actor_key_id uuid, caller_address text, caller_user_agent text, new_status payment_status, new_failure_code text,
    new_failure_message text, new_receiver text, sets_description boolean, new_description text, procedure text, key text, request_hash bytea)
),
before as materialized (
  select r.*, p.*
  from requested r, payments p
  where p.id = any (array(select payment_id from requested))
    and p.id = r.payment_id
    and (p.status = 'pending' or r.new_status is null)
  for no key update of p
),
change as materialized (
  select b.*, after.*,
         ${paymentJson('b', {
           status: sql`status_after`,
           failureCode: sql`failure_code_after`,
           failureMessage: sql`failure_message_after`,
           receiver: sql`receiver_after`,
           description: sql`description_after`,
           updatedAt: isoText('at'),
         })} as json
  from before b, lateral (
    select coalesce(new_status, status) as status_after,
           coalesce(new_failure_code, failure_code) as failure_code_after,
           coalesce(new_failure_message, failure_message) as failure_message_after,
           coalesce(new_receiver, receiver) as receiver_after,
           case when sets_description then new_description else description end as description_after
  ) after
),
claimed as (
  insert into idempotency_keys (user_id, api_key_id, procedure, key, request_hash, response, created_at)
  select actor_id, actor_key_id, procedure, key, request_hash, json, at
  from change
  where key is not null
  order by actor_id, procedure, key
  on conflict do nothing
  returning coalesce(api_key_id, user_id) as owner, procedure, key
),
accepted as materialized (
  select * from change
  where key is null or (coalesce(actor_key_id, actor_id), procedure, key) in (select owner, procedure, key from claimed)
),
updated as (
  update payments p
  set status = status_after, failure_code = failure_code_after, failure_message = failure_message_after,
      receiver = receiver_after, description = description_after, updated_at = at
  from accepted a
  where p.id = a.payment_id
),
logged as (
  ${insertEvents({
    type: 'payment_updated',
    payload: sql`jsonb_build_object(
      'payment', json,
      'previous', jsonb_build_object('status', status, 'receiver', receiver, 'description', description))`,
    at: sql`at`,
    from: sql`(select * from accepted order by request) in_order`,
  })}
),
audited as (
  ${insertAuditRows({
    at: sql`at`,
    actorId: sql`actor_id`,
    apiKeyId: sql`actor_key_id`,
    action: 'payment.update',
    subjectId: sql`id`,
    details: sql`
      jsonb_strip_nulls(jsonb_build_object(
        'from', status, 'to', status_after,
        'failureCode', new_failure_code, 'failureMessage', new_failure_message))
      || case when receiver_after <> receiver
              then jsonb_build_object('receiver', jsonb_build_object('from', receiver, 'to', receiver_after))
              else '{}' end
      || case when description_after is distinct from description
              then jsonb_build_object('description',
                     jsonb_build_object('from', description, 'to', description_after))
              else '{}' end`,
    caller: { address: sql`caller_address`, userAgent: sql`caller_user_agent` },
    from: sql`(select * from accepted order by request) in_order`,
  })}
),
deltas as (
  select created_at, currency, method, d.status, d.count, d.count * amount_minor as amount_minor
  from accepted, lateral (values (accepted.status, -1), (status_after, 1)) d (status, count)
  where accepted.status <> status_after
),
${applyRollupDeltas('deltas')}
select request, json from accepted`,
  ([request, json]) => ({ request: Number(request), payment: asPaymentJson(json) }),
  'write',
);

/**
 * Settles pending payments, or corrects their receivers and descriptions: payments, rollups, events, audit rows and
 * remembered answers in one statement, all or nothing. No two requests may have the same payment, or the same idempotency
 * key. If two statements settle a payment at the same time, one succeeds. Returns the updated payment of each request, in the order of the requests.
 * It is null, and nothing was written for it, when there is no such payment, when a status is given and the payment is not
 * pending, and when the idempotency key was used before.
 */
export async function updatePaymentRows(
  db: Database,
  requests: readonly UpdatePaymentRequest[],
): Promise<(Payment | null)[]> {
  const rows = requests.map(({ idempotency, ...args }, request) => ({
    request,
    payment_id: args.id,
    actor_id: args.actorId,
    actor_key_id: args.apiKeyId,
    caller_address: args.callerAddress,
    caller_user_agent: args.callerUserAgent,
    new_status: args.status,
    new_failure_code: args.failureCode,
    new_failure_message: args.failureMessage,
    new_receiver: args.receiver,
    sets_description: args.description !== undefined,
    new_description: args.description,
    procedure: idempotency?.procedure,
    key: idempotency?.key,
    request_hash: idempotency && `\\x${idempotency.requestHash.toString('hex')}`,
  }));
  const updated = new Map(
    (await db.execute(statement, { requests: JSON.stringify(rows) })).map(({ request, payment }) => [
      request,
      paymentFromJson(payment),
    ]),
  );
  return requests.map((_, request) => updated.get(request) ?? null);
}

/** `paymentJson` wrote the value in this shape. */
function asPaymentJson(value: unknown): PaymentJson {
  return value as PaymentJson;
}
