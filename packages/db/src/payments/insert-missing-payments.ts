import type { Database } from '../connection/open-database.ts';
import { prepareStatement } from '../connection/statement.ts';
import { sql } from '../drizzle.ts';
import { lockAndClock } from '../events/commit-order.ts';
import { insertEvents } from '../events/insert-events.ts';
import { applyRollupDeltas } from '../rollups/rollup-deltas.ts';
import type { NewPayment } from './insert-payments.ts';
import { columnNames, paymentJson, recordColumns, recordValues } from './payment-columns.ts';

type ImportedPayment = NewPayment & {
  /** Null to use the time at which the database writes it. */
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
  insert into payments (${columnNames}, created_by, api_key_id)
  select ${recordValues}, ${p('userId', 'uuid')}, ${p('apiKeyId', 'uuid')}
  from clock, jsonb_to_recordset(${p('payments', 'jsonb')}) as payment (${recordColumns})
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
  'write',
);

/**
 * Writes those of the payments whose ids are not stored yet: payments, rollups and events in one statement. Stored payments
 * are not changed. Returns the ids of the payments that were written.
 */
export async function insertMissingPayments(
  db: Database,
  { userId, apiKeyId, payments }: InsertMissingPaymentsArgs,
): Promise<ReadonlySet<string>> {
  const [ids = []] = await db.execute(statement, { userId, apiKeyId, payments: JSON.stringify(payments) });
  return new Set(ids);
}
