/**
 * `DATABASE_URL=… pnpm db:measure` prints the figures of docs/scaling.md: the size of each table and index, the cost of each
 * index of `payments` for a write, and the cost of deleting old events against that of dropping partitions. It drops and
 * rebuilds indexes and adds rows, so it must run on a copy: `createdb --template=paydeck copy`.
 */
import { readFileSync } from 'node:fs';
import postgres from 'postgres';

const url = process.env.DATABASE_URL;
if (url === undefined || !new URL(url).pathname.endsWith('copy')) {
  throw new Error('DATABASE_URL must name a copy of a database, whose name ends in "copy".');
}
const sql = postgres(url, {
  max: 1,
  onnotice: () => undefined,
  // Without waiting for the disk, only the work of PostgreSQL itself is measured.
  connection: { jit: 'off', synchronous_commit: 'off', max_parallel_maintenance_workers: '0' },
});
const [backend] = await sql<{ pid: number }[]>`select pg_backend_pid() as pid`;

/** Microseconds of CPU time that PostgreSQL's process has used. Linux counts them in ticks of 10 ms. */
function cpuMicroseconds(): number {
  const stat = readFileSync(`/proc/${backend?.pid}/stat`, 'latin1');
  const [user, system] = stat
    .slice(stat.lastIndexOf(')') + 2)
    .split(' ')
    .slice(11, 13);
  return (Number(user) + Number(system)) * 10_000;
}

const median = (values: number[]) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;

await printSizes();
await printIndexCosts();
await printPartitionCosts();
await printDeletionCosts();
await sql.end();

async function printSizes(): Promise<void> {
  const rows = await sql`
    select c.relname as name, pg_relation_size(c.oid)::float8 as bytes, c.reltuples::float8 as rows,
           pg_relation_size(c.oid) / (select count(*) from payments)::float8 as per_payment
    from pg_class c
    where relnamespace = 'public'::regnamespace and relkind in ('r', 'i') and pg_relation_size(c.oid) > 1e6
    order by bytes desc`;
  process.stdout.write('Size\n');
  for (const { name, bytes, rows: count, per_payment: perPayment } of rows)
    process.stdout.write(
      `  ${String(name).padEnd(55)} ${(bytes / 1e6).toFixed(0).padStart(6)} MB  ${perPayment.toFixed(0).padStart(4)} MB per ` +
        `million payments  ${(bytes / Math.max(1, count)).toFixed(0)} bytes a row\n`,
    );
}

async function printIndexCosts(): Promise<void> {
  const rows = 10_000;
  await sql`
    create table sample as
    select row_number() over ()::int as n, amount_minor, currency, method, status, receiver, description, failure_code, created_by
    from payments limit ${rows}`;
  await sql`create unique index on sample (n)`;
  const insert = `
    insert into payments (id, amount_minor, currency, method, status, receiver, description, failure_code, created_by, created_at, updated_at)
    select (lpad(to_hex((extract(epoch from clock_timestamp()) * 1000)::bigint), 12, '0') || '7'
             || substr(replace(gen_random_uuid()::text, '-', ''), 14))::uuid,
           amount_minor, currency, method, status, receiver, description, failure_code, created_by, clock_timestamp(), now()
    from sample where n > $1 and n <= $1 + 10`;
  // The pending list of a GIN index is part of its cost.
  const flush =
    () => sql`select gin_clean_pending_list(indexrelid) from pg_index join pg_class c on c.oid = indexrelid
    join pg_am on pg_am.oid = relam where amname = 'gin' and indrelid = 'payments'::regclass`;
  const insertAll = async () => {
    await flush();
    const before = cpuMicroseconds();
    for (let n = 0; n < rows; n += 10) await sql.unsafe(insert, [n], { prepare: true });
    await flush();
    return (cpuMicroseconds() - before) / rows;
  };
  const cost = async () => median([await insertAll(), await insertAll(), await insertAll()]);

  const indexes = await sql<{ name: string; definition: string }[]>`
    select indexname as name, indexdef as definition from pg_indexes
    where tablename = 'payments' and schemaname = 'public' and indexname <> 'payments_pkey' order by 1`;
  await insertAll();
  process.stdout.write('CPU time of PostgreSQL for a payment, in microseconds (10 payments a statement)\n');
  for (const { name, definition } of indexes) {
    const withIndex = await cost();
    await sql.unsafe(`drop index ${name}`);
    const without = await cost();
    const before = cpuMicroseconds();
    await sql.unsafe(definition);
    const building = (cpuMicroseconds() - before) / 1e6;
    process.stdout.write(
      `  ${name.padEnd(40)} with ${withIndex.toFixed(0)}, without ${without.toFixed(0)}; built in ${building.toFixed(1)} s of CPU\n`,
    );
  }
  await sql`drop table sample`;
}

async function printPartitionCosts(): Promise<void> {
  const rowsEach = 20_000;
  process.stdout.write(
    'CPU time of PostgreSQL for the newest position, by the number of partitions, in microseconds\n',
  );
  for (const partitions of [0, 3, 6, 12, 31]) {
    await sql`create schema measured`;
    const total = Math.max(1, partitions) * rowsEach;
    await sql.unsafe(`create table measured.events (position bigint primary key, payload text, at timestamptz)
      ${partitions > 0 ? 'partition by range (position)' : ''}`);
    for (let n = 0; n < partitions; n++)
      await sql.unsafe(`create table measured.events_${n} partition of measured.events
        for values from (${n * rowsEach}) to (${(n + 1) * rowsEach})`);
    await sql.unsafe(
      `insert into measured.events select n, repeat('x', 380), now() from generate_series(0, ${total} - 1) n`,
    );
    await sql`analyze measured.events`;
    const reads = 3_000;
    const read = () => sql.unsafe('select max(position) from measured.events', [], { prepare: true });
    for (let n = 0; n < 10; n++) await read();
    const before = cpuMicroseconds();
    for (let n = 0; n < reads; n++) await read();
    const each = (cpuMicroseconds() - before) / reads;
    process.stdout.write(`  ${String(partitions || 'none').padEnd(4)} ${each.toFixed(0)}\n`);
    await sql`drop schema measured cascade`;
  }
}

/** Deletes rows as pruneEvents does, and vacuums them. */
async function printDeletionCosts(): Promise<void> {
  const deleted = 200_000;
  await sql`create schema measured`;
  await sql`create table measured.events (position bigint primary key, payload text, at timestamptz)`;
  await sql`insert into measured.events select n, repeat('x', 380), now() from generate_series(1, ${2 * deleted}::int) n`;
  await sql`vacuum analyze measured.events`;
  const before = cpuMicroseconds();
  for (let first = 1; first <= deleted; first += 10_000)
    await sql`delete from measured.events where position between ${first} and ${first + 9_999}`;
  const deletion = cpuMicroseconds() - before;
  await sql`vacuum measured.events`;
  const vacuum = cpuMicroseconds() - before - deletion;
  await sql`drop schema measured cascade`;
  process.stdout.write(
    'CPU time of PostgreSQL for an event that has expired, in microseconds\n' +
      `  to delete it ${(deletion / deleted).toFixed(1)}, to vacuum it ${(vacuum / deleted).toFixed(1)}\n`,
  );
}
