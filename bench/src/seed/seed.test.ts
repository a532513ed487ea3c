import { insertMissingPayments, type Payment } from '@paydeck/db/payments';
import { createTestDatabase } from '@paydeck/db/testing';
import postgres from 'postgres';
import { expect, test } from 'vitest';
import { createAdmin } from './create-admin.ts';
import { seedPaydeck } from './seed-paydeck.ts';

test('the seed writes what an import of the same payments would have written', async ({ signal }) => {
  await using seeded = await createTestDatabase();
  await using imported = await createTestDatabase();
  await seedPaydeck(seeded.url, 400, { signal, progress: () => {} });
  const payments = await readPayments(seeded.url);
  expect(payments).toHaveLength(400);

  const userId = await createAdmin(imported.db);
  await insertMissingPayments(imported.db, { userId, apiKeyId: null, payments });
  expect(await tableNames(seeded.url)).toEqual(await tableNames(imported.url));
  expect(await indexesOf(seeded.url)).toEqual(await indexesOf(imported.url));
  const [ofSeed, ofImport] = [await readAll(seeded.url), await readAll(imported.url)];
  expect(ofSeed.rollup_days).toEqual(ofImport.rollup_days);
  expect(ofSeed.rollup_quarter_hours).toEqual(ofImport.rollup_quarter_hours);
  expect(ofSeed.payments).toEqual(ofImport.payments);
  // Retention would have removed the events of older payments.
  expect(ofSeed.events.length).toBeGreaterThan(20);
  expect(ofSeed.events).toEqual(ofImport.events.slice(-ofSeed.events.length));
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

const readAll = (url: string) =>
  withClient(url, async (client) => ({
    rollup_days: [...(await client`select * from rollup_days order by day, currency, method, status`)],
    rollup_quarter_hours: [
      ...(await client`select * from rollup_quarter_hours order by starts_at, currency, method, status`),
    ],
    payments: [...(await client`select * from payments order by id`)],
    events: [
      ...(await client`select type, payload from events where type = 'payment_created' order by position`),
    ],
  }));

const tableNames = (url: string) =>
  withClient(url, async (client) => [
    ...(await client`select relname from pg_class where relkind in ('r', 'p') order by 1`),
  ]);

const indexesOf = (url: string) =>
  withClient(url, async (client) => [
    ...(await client`select indexdef from pg_indexes where tablename = 'payments' order by 1`),
  ]);
