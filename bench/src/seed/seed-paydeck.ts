import { openDatabase } from '@paydeck/db/connection';
import { verifyRollups } from '@paydeck/db/rollups';
import postgres, { type Sql } from 'postgres';
import type { RunContext } from '../benchmark.ts';
import { createAdmin } from './create-admin.ts';
import { generatedColumns, generatedPayments } from './generated-payments.ts';

const rowsAtOnce = 500_000;

/** Servers keep events for so long by default. */
const retentionDays = 30;

/**
 * Fills a migrated, empty database with generated payments, in bulk: the rows are what `payments.import` would have written
 * and retention would have kept. The events are those of the last 30 days. At the end the rollups are recomputed; a
 * difference rejects. Tested by seed.test.ts, which compares the rows with those of an import.
 */
export async function seedPaydeck(
  databaseUrl: string,
  rows: number,
  { signal, progress }: RunContext,
): Promise<void> {
  const db = openDatabase({ url: databaseUrl, deadlineMs: 60_000 });
  const client = postgres(databaseUrl, { max: 1, onnotice: () => {} });
  try {
    const userId = await createAdmin(db);
    // The references of the rows are right: checking each of them would take as long as writing it.
    await client`set session_replication_role = replica`;
    await client`set maintenance_work_mem = '512MB'`;
    const indexes = await dropIndexes(client);
    await insertPayments(client, { userId, rows, endsAt: new Date().toISOString() }, { signal, progress });
    for (const [i, index] of indexes.entries()) {
      signal.throwIfAborted();
      if (rows > rowsAtOnce) progress(`  Building index ${i + 1} of ${indexes.length}.`);
      await client.unsafe(index);
    }
    await client.unsafe(rollupsOfPayments);
    await client.unsafe(eventsOfPayments);
    await client.unsafe('vacuum (analyze)');
    await client`checkpoint`;
    const { differences } = await verifyRollups(db);
    if (differences.length > 0) throw new Error(`Rollups differ: ${JSON.stringify(differences[0])}.`);
  } finally {
    await client.end();
    await db.close();
  }
}

/** Drops the indexes that no constraint needs. Resolves to the statements that create them again. */
async function dropIndexes(client: Sql): Promise<string[]> {
  const indexes = await client<{ name: string; definition: string }[]>`
    select indexrelid::regclass::text as name, pg_get_indexdef(indexrelid) as definition
    from pg_index
    where indrelid = 'payments'::regclass
      and not exists (select from pg_constraint where conindid = indexrelid)`;
  for (const { name } of indexes) await client.unsafe(`drop index ${name}`);
  return indexes.map(({ definition }) => definition);
}

async function insertPayments(
  client: Sql,
  { userId, rows, endsAt }: { userId: string; rows: number; endsAt: string },
  { signal, progress }: RunContext,
): Promise<void> {
  for (let first = 1; first <= rows; first += rowsAtOnce) {
    signal.throwIfAborted();
    const last = Math.min(rows, first + rowsAtOnce - 1);
    await client.unsafe(`
      insert into payments (${generatedColumns}, created_by, updated_at)
      select id, amount_minor, currency, method::payment_method, status::payment_status, receiver, description,
             failure_code, created_at, '${userId}', created_at
      from (${generatedPayments(rows, { first, last }, endsAt)}) g order by created_at, id`);
    if (rows > rowsAtOnce)
      progress(`  ${last.toLocaleString('en')} of ${rows.toLocaleString('en')} payments.`);
  }
}

const rollupsOfPayments = `
  insert into rollup_quarter_hours (starts_at, currency, method, status, count, amount_minor)
  select date_bin('15 minutes', created_at, '2000-01-01T00:00:00Z'), currency, method, status, count(*), sum(amount_minor)
  from payments group by 1, 2, 3, 4 order by 1, 2, 3, 4;
  insert into rollup_days (day, currency, method, status, count, amount_minor)
  select (starts_at at time zone 'UTC')::date, currency, method, status, sum(count), sum(amount_minor)
  from rollup_quarter_hours group by 1, 2, 3, 4 order by 1, 2, 3, 4`;

const isoText = (column: string) => `to_char(${column} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;

const eventsOfPayments = `
  insert into events (position, type, payload, at)
  select nextval('events_position'), 'payment_created', jsonb_build_object('payment', jsonb_build_object(
           'id', id, 'amountMinor', amount_minor, 'currency', currency, 'method', method, 'status', status,
           'receiver', receiver, 'description', description, 'failureCode', failure_code,
           'failureMessage', failure_message, 'createdAt', ${isoText('created_at')}, 'updatedAt', ${isoText('updated_at')}
         )), date_trunc('milliseconds', now())
  from (
    select * from payments where created_at >= now() - interval '${retentionDays} days' order by created_at, id
  ) recent`;
