import type { Sql } from 'postgres';
import type { Database } from '../connection/open-database.ts';
import { textOfAll } from '../connection/statement.ts';
import { sql } from '../drizzle.ts';
import { takeLogLock } from '../events/commit-order.ts';
import { insertEvents } from '../events/insert-events.ts';
import { notifyLogReaders } from '../events/select-events.ts';

/** A rollup row that differs from the sum of its payments. */
export type RollupDifference = {
  rollup: 'quarter_hours' | 'days';
  /** The start of the quarter hour, or the UTC day, as PostgreSQL prints it. */
  startsAt: string;
  currency: string;
  method: string;
  status: string;
  stored: { count: number; amountMinor: number };
  actual: { count: number; amountMinor: number };
};

const rollups = [
  {
    name: 'quarter_hours',
    table: 'rollup_quarter_hours',
    key: 'starts_at',
    keyOfPayment: "date_bin('15 minutes', created_at, '2000-01-01T00:00:00Z')",
  },
  { name: 'days', table: 'rollup_days', key: 'day', keyOfPayment: "(created_at at time zone 'UTC')::date" },
] as const;

/**
 * Computes both rollups from the payments, each in one snapshot, and returns the rows that differ. If there are none, the
 * totals that Paydeck shows are those of the stored payments. It reads every payment, and does not block writers.
 */
export async function verifyRollups(
  db: Database,
): Promise<{ payments: number; differences: RollupDifference[] }> {
  const client = db.dedicatedClient();
  try {
    let differences: RollupDifference[] = [];
    for (const rollup of rollups) differences = differences.concat(await compare(client, rollup));
    const [total] = await client`select count(*) from payments`;
    return { payments: Number(total?.count), differences };
  } finally {
    await client.end({ timeout: 5 });
  }
}

async function compare(
  client: Sql,
  { name, table, key, keyOfPayment }: (typeof rollups)[number],
): Promise<RollupDifference[]> {
  const rows = await client.unsafe(`
    with actual as (
      select ${keyOfPayment} as ${key}, currency, method, status, count(*) as count, sum(amount_minor) as amount_minor
      from payments group by 1, 2, 3, 4
    )
    select ${key}::text as starts_at, currency, method, status,
           coalesce(r.count, 0) as stored_count, coalesce(r.amount_minor, 0) as stored_amount,
           coalesce(a.count, 0) as actual_count, coalesce(a.amount_minor, 0) as actual_amount
    from ${table} r full join actual a using (${key}, currency, method, status)
    where (coalesce(r.count, 0), coalesce(r.amount_minor, 0)) <> (coalesce(a.count, 0), coalesce(a.amount_minor, 0))
    order by ${key}, currency, method, status`);
  return rows.map((row) => ({
    rollup: name,
    startsAt: row.starts_at,
    currency: row.currency,
    method: row.method,
    status: row.status,
    stored: { count: Number(row.stored_count), amountMinor: Number(row.stored_amount) },
    actual: { count: Number(row.actual_count), amountMinor: Number(row.actual_amount) },
  }));
}

/**
 * Rebuilds the rollup rows of the UTC days in `differences`. Writers wait while a day is rebuilt, because the rebuild
 * holds the log's lock. It also writes an event, which makes servers compute live stats again.
 */
export async function repairRollups(
  db: Database,
  differences: readonly RollupDifference[],
): Promise<{ days: number }> {
  const days = [...new Set(differences.map(({ startsAt }) => startsAt.slice(0, 10)))].sort();
  const client = db.dedicatedClient();
  try {
    for (const day of days) await client.unsafe(rebuildDay(day));
    await notifyLogReaders(db);
    return { days: days.length };
  } finally {
    await client.end({ timeout: 5 });
  }
}

/** The SQL that rebuilds the rows of one day in one transaction. `day` is a date as PostgreSQL prints it. */
function rebuildDay(day: string): string {
  const isOfDay = (column: string) =>
    sql`${sql.raw(column)} >= ${day}::date and ${sql.raw(column)} < ${day}::date + 1`;
  const rebuilds = rollups.flatMap(({ table, key, keyOfPayment }) => [
    sql`delete from ${sql.raw(table)} where ${isOfDay(key)}`,
    sql`insert into ${sql.raw(table)} (${sql.raw(key)}, currency, method, status, count, amount_minor)
        select ${sql.raw(keyOfPayment)}, currency, method, status, count(*), sum(amount_minor)
        from payments where ${isOfDay('created_at')} group by 1, 2, 3, 4`,
  ]);
  const event = insertEvents({
    type: 'rollups_repaired',
    payload: sql`jsonb_build_object('day', ${day}::text)`,
    at: sql`clock.at`,
    from: sql`(select clock_timestamp() as at) clock`,
  });
  return textOfAll([takeLogLock, ...rebuilds, event]);
}
