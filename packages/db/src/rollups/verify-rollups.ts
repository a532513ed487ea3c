import type { Sql } from 'postgres';
import type { Database } from '../connection/open-database.ts';
import { textOfAll } from '../connection/statement.ts';
import { sql } from '../drizzle.ts';
import { takeLogLock } from '../events/commit-order.ts';
import { insertEvents } from '../events/insert-events.ts';
import { notifyLogReaders } from '../events/select-events.ts';

/** A rollup row that differs from what the payments add up to. */
export type RollupDifference = {
  rollup: 'quarter_hours' | 'days';
  /** Start of the quarter hour, or the UTC day, as PostgreSQL prints it. */
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
    of: "date_bin('15 minutes', created_at, '2000-01-01T00:00:00Z')",
  },
  { name: 'days', table: 'rollup_days', key: 'day', of: "(created_at at time zone 'UTC')::date" },
] as const;

/**
 * Recomputes every rollup from the payments, in one snapshot each, and gives what differs; an empty list means that
 * the numbers shown are the numbers stored. Reads every payment, and holds no writer back.
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
  { name, table, key, of }: (typeof rollups)[number],
): Promise<RollupDifference[]> {
  const rows = await client.unsafe(`
    with actual as (
      select ${of} as ${key}, currency, method, status, count(*) as count, sum(amount_minor) as amount_minor
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
 * Rebuilds the rollup rows of the UTC days that `differences` name, under the log's lock: writers wait for that
 * moment, and each statement inside reads what they committed. Subscribers are told to compute again.
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

/** Rebuilds the rows of one day in one transaction. `day` is a date as PostgreSQL prints it. */
function rebuildDay(day: string): string {
  const isOfDay = (column: string) =>
    sql`${sql.raw(column)} >= ${day}::date and ${sql.raw(column)} < ${day}::date + 1`;
  const rebuilds = rollups.flatMap(({ table, key, of }) => [
    sql`delete from ${sql.raw(table)} where ${isOfDay(key)}`,
    sql`insert into ${sql.raw(table)} (${sql.raw(key)}, currency, method, status, count, amount_minor)
        select ${sql.raw(of)}, currency, method, status, count(*), sum(amount_minor)
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
