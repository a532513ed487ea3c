import type { Database } from '../connection/open-database.ts';
import { prepareStatement } from '../connection/statement.ts';
import { sql } from '../drizzle.ts';
import { lockAndClock } from '../events/commit-order.ts';
import { insertEvents } from '../events/insert-events.ts';
import { applyRollupDeltas } from '../rollups/rollup-deltas.ts';
import type { NewPayment } from './insert-payments.ts';
import { paymentJson } from './payment-sql.ts';

type ImportedPayment = NewPayment & {
  /** The database's clock when null. */
  updatedAt: Date | null;
};

export type InsertMissingPaymentsArgs = {
  userId: string;
  /** The API key that the user's call came with, or null. */
  apiKeyId: string | null;
  payments: readonly ImportedPayment[];
};

const statement = prepareStatement<{ userId: string; apiKeyId: string | null; payments: string }, string[]>(
  (p) => sql`
with ${lockAndClock},
created as (
  insert into payments (id, amount_minor, currency, method, status, receiver, description,
                        failure_code, failure_message, created_by, api_key_id, created_at, updated_at)
  select id, "amountMinor", currency, method, status, receiver, description, "failureCode", "failureMessage",
         ${p('userId', 'uuid')}, ${p('apiKeyId', 'uuid')},
         coalesce("createdAt", clock.at), coalesce("updatedAt", clock.at)
  from clock, jsonb_to_recordset(${p('payments', 'jsonb')})
    as given (id uuid, "amountMinor" bigint, currency text, method payment_method, status payment_status,
              receiver text, description text, "failureCode" text, "failureMessage" text,
              "createdAt" timestamptz, "updatedAt" timestamptz)
  on conflict (id) do nothing
  returning *
),
logged as (
  ${insertEvents({
    type: 'payment_created',
    payload: sql`jsonb_build_object('payment', ${paymentJson('c')})`,
    at: sql`clock.at`,
    from: sql`(select * from created order by created_at, id) c, clock`,
  })}
),
deltas as (
  select created_at, currency, method, status, 1 as count, amount_minor from created
),
${applyRollupDeltas('deltas')}
select coalesce(json_agg(id), '[]') from created`,
  ([ids]) => (Array.isArray(ids) ? ids.map(String) : []),
);

/**
 * Writes payments that bring their ids: payments, rollups and events in one statement. One whose id is there already is
 * left as it is. Gives the ids of those that were written.
 */
export async function insertMissingPayments(
  db: Database,
  { userId, apiKeyId, payments }: InsertMissingPaymentsArgs,
): Promise<ReadonlySet<string>> {
  const [ids = []] = await db.execute(statement, { userId, apiKeyId, payments: JSON.stringify(payments) });
  return new Set(ids);
}
