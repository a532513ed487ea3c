import { insertMissingPayments, type Payment } from '@paydeck/db/payments';
import { createTestDatabase } from '@paydeck/db/testing';
import postgres from 'postgres';
import { expect, test } from 'vitest';
import { createAdmin } from './create-admin.ts';
import { seedPaydeck } from './seed-paydeck.ts';

/** Tables that an import does not write, or whose rows have times of the import. */
const notCompared = ['events', 'users', 'audit_log', 'audit_head', 'log_timelines'];

test('the seed writes what an import of the same payments would have written', async ({ signal }) => {
  await using seeded = await createTestDatabase();
  await using imported = await createTestDatabase();
  await seedPaydeck(seeded.url, 400, { signal, progress: () => {} });
  const payments = await readPayments(seeded.url);
  expect(payments).toHaveLength(400);
  const userId = await createAdmin(imported.db);
  await insertMissingPayments(imported.db, { userId, apiKeyId: null, payments });

  expect(await indexesOf(seeded.url)).toEqual(await indexesOf(imported.url));
  const tables = await tableNames(seeded.url);
  expect(tables).toEqual(await tableNames(imported.url));
  expect(tables).toEqual(expect.arrayContaining(['payments', 'rollup_days', ...notCompared]));
  for (const table of tables.filter((name) => !notCompared.includes(name))) {
    expect({ table, rows: await rowsOf(seeded.url, table) }).toEqual({
      table,
      rows: await rowsOf(imported.url, table),
    });
  }
  // Retention would have removed the events of older payments.
  const [ofSeed, ofImport] = [await eventsOf(seeded.url), await eventsOf(imported.url)];
  expect(ofSeed.length).toBeGreaterThan(20);
  expect(ofSeed).toEqual(ofImport.slice(-ofSeed.length));
});

test('all databases of one size get the same payments', async ({ signal }) => {
  await using first = await createTestDatabase();
  await using second = await createTestDatabase();
  for (const { url } of [first, second]) await seedPaydeck(url, 50, { signal, progress: () => {} });
  const textsOf = async (url: string) =>
    (await readPayments(url)).map(
      ({ id: _id, createdAt: _createdAt, updatedAt: _updatedAt, ...rest }) => rest,
    );
  expect(await textsOf(first.url)).toEqual(await textsOf(second.url));
});

async function withClient<Result>(
  url: string,
  work: (client: postgres.Sql) => Promise<Result>,
): Promise<Result> {
  const client = postgres(url, {
    max: 1,
    types: { bigint: { to: 20, from: [20], parse: Number, serialize: String } },
  });
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

const readPayments = (url: string) =>
  withClient(url, async (client) => [
    ...(await client<Payment[]>`
      select id, amount_minor as "amountMinor", currency, method, status, receiver, description,
             failure_code as "failureCode", failure_message as "failureMessage",
             created_at as "createdAt", updated_at as "updatedAt"
      from payments order by created_at, id`),
  ]);

const eventsOf = (url: string) =>
  withClient(url, async (client) => [
    ...(await client`select type, payload from events where type = 'payment_created' order by position`),
  ]);

const rowsOf = (url: string, table: string) =>
  withClient(url, async (client) => [
    ...(await client`select to_jsonb(t) as row from ${client(table)} t order by 1`),
  ]);

/** Without partitions, whose rows are those of their tables. */
const tableNames = (url: string): Promise<string[]> =>
  withClient(url, async (client) => {
    const tables = await client<{ name: string }[]>`
      select relname as name from pg_class
      where relkind in ('r', 'p') and not relispartition and relnamespace = 'public'::regnamespace
      order by 1`;
    return tables.map(({ name }) => name);
  });

const indexesOf = (url: string) =>
  withClient(url, async (client) => [
    ...(await client`select indexdef from pg_indexes where tablename = 'payments' order by 1`),
  ]);
