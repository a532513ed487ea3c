import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { withIdempotencyKey } from '@paydeck/client';
import { formatAmount } from '@paydeck/contract/money';
import type { Database } from '@paydeck/db/connection';
import { selectExponentDifferences } from '@paydeck/db/currencies';
import { migrateDatabase, rollbackMigration } from '@paydeck/db/migrate';
import { verifyRollups } from '@paydeck/db/rollups';
import { createTestDatabase, type TestDatabase } from '@paydeck/db/testing';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { startTestServer } from '../testing/start-test-server.ts';

/** The amount of each payment in the REST answers of the earlier version, in major units, by the end of its id. */
const amounts = new Map([
  ['000000000001', 12],
  ['000000000002', 12],
  ['28bdcf2610e5', 1250.5],
  ['a701171997e5', 125_050],
  ['04c47cb59d10', 125_050],
  ['303811ac5ab8', 1_000_000],
  ['c5fee9d76d14', 1250.5],
  ['1f4d0073331f', 1250.505],
  ['76c023ef56cf', 1_000_000],
  ['c55ca856413a', 999],
  ['cae7dbccbc90', 1],
  ['cc440156b018', 9.99],
  ['d14f2dc5be58', 77],
  ['d78e00e35d72', 5000],
  ['da16c12f74dd', 75.34],
  ['dccfc1dfaa30', 1],
  ['e1347b9c4e47', 1],
  ['4e8392e654db', 1],
  ['07ee62c738c2', 2500],
]);

const revenue = {
  HRK: 75.34,
  HUF: 126_061,
  IDR: 1_000_000,
  IQD: 1_000_000,
  JPY: 125_062,
  KWD: 1250.505,
  RSD: 1250.5,
  SLL: 0,
  USD: 1250.5,
  XDR: 1,
  XSU: 1,
};

/** The payments of the file that were recorded in these currencies, as the earlier version stored them. */
const orders = {
  USD: 125_050,
  JPY: 125_050,
  HUF: 125_050,
  IQD: 1_000_000,
  RSD: 125_050,
  KWD: 1_250_505,
  IDR: 1_000_000,
};

const restList = z.object({ data: z.array(z.object({ id: z.string(), amount: z.number() })) });

const endOf = (id: string) => id.slice(-12);

/** Undoes migration 0004, and those after it. */
async function undoUpgrade(db: Database): Promise<void> {
  while ((await rollbackMigration(db)) !== '0004_currency_exponents');
}

/** A database that the version before migration 0004 wrote. */
async function openEarlierDatabase(): Promise<TestDatabase> {
  const test = await createTestDatabase();
  await undoUpgrade(test.db);
  const client = test.db.dedicatedClient();
  await client.unsafe(await readFile(join(import.meta.dirname, 'database-before-iso-4217.sql'), 'utf8'));
  // Old answers are forgotten by age.
  await client`update idempotency_keys set created_at = now()`;
  await client.end();
  return test;
}

const tables = [
  'payments',
  'events',
  'rollup_quarter_hours',
  'rollup_days',
  'idempotency_keys',
  // Undoing 0010 loses what it added.
  "(select id, at, actor_id, api_key_id, action, subject_id, details from audit_log where action <> 'audit.sealed')",
  'users',
];

const readTables = (db: Database) =>
  Promise.all(tables.map((table) => db.orm.execute(`select to_jsonb(t) as row from ${table} t order by 1`)));

test('a database of the earlier version has the same amounts in major units', async () => {
  await using database = await openEarlierDatabase();
  const before = await database.db.orm.execute('select id, updated_at from payments order by id');
  await using server = await startTestServer({ database });
  const client = await server.signedInClient();
  const token = await client.accessToken();
  const get = (path: string) =>
    fetch(`${server.url}/api/payments${path}`, { headers: { authorization: `Bearer ${token}` } });

  const { data } = restList.parse(await (await get('?limit=100')).json());
  expect(new Map(data.map(({ id, amount }) => [endOf(id), amount]))).toEqual(amounts);
  for (const [currency, total] of Object.entries(revenue)) {
    const stats = await get(
      `/stats/revenue?currency=${currency}&startDate=2020-01-01&endDate=2027-01-01&interval=month`,
    );
    expect(await stats.json()).toMatchObject({ currency, totalRevenue: total });
  }
  const events = await database.db.orm.execute<{ id: string; currency: string; minor: number }>(`
    select payload #>> '{payment,id}' as id, payload #>> '{payment,currency}' as currency,
           (payload #>> '{payment,amountMinor}')::bigint as minor
    from events where type like 'payment_%'`);
  expect(events.length).toBeGreaterThan(20);
  for (const { id, currency, minor } of events)
    expect([id, Number(formatAmount(minor, currency))]).toEqual([id, amounts.get(endOf(id))]);

  expect(await database.db.orm.execute('select id, updated_at from payments order by id')).toEqual(before);
  expect(await verifyRollups(database.db)).toEqual({ payments: data.length, differences: [] });
  expect(await selectExponentDifferences(database.db.orm)).toEqual([]);
  const csv = await (await get('/export?currency=HUF')).text();
  expect(csv).toContain(',125050.00,credit_card,');
});

test('a write that is repeated after the upgrade is answered with the converted amount', async () => {
  await using database = await openEarlierDatabase();
  await using server = await startTestServer({ database });
  const { payments } = (await server.signedInClient()).api;
  const payment = { method: 'credit_card', status: 'success', receiver: 'Old Books' } as const;
  const before = (await payments.list.query({})).total;
  for (const [currency, amountMinor] of Object.entries(orders)) {
    const again = await payments.create.mutate(
      { ...payment, currency, amountMinor },
      withIdempotencyKey(`order-${currency}`),
    );
    expect(again).toEqual(await payments.byId.query({ id: again.id }));
    expect(Number(formatAmount(again.amountMinor, currency))).toBe(amounts.get(endOf(again.id)));
  }
  const { items } = await payments.list.query({ limit: 100 });
  const { id = '' } = items.find((item) => endOf(item.id) === 'c55ca856413a') ?? {};
  const settled = await payments.update.mutate({ id, status: 'success' }, withIdempotencyKey('settle-huf'));
  expect(settled).toMatchObject({ id, currency: 'HUF', amountMinor: 99_900 });
  expect((await payments.list.query({})).total).toBe(before);
});

test('the upgrade can be undone, unless an amount has decimals that the earlier version can’t store', async () => {
  await using database = await openEarlierDatabase();
  const before = await readTables(database.db);
  await migrateDatabase(database.db);
  expect(await readTables(database.db)).not.toEqual(before);
  await undoUpgrade(database.db);
  expect(await readTables(database.db)).toEqual(before);

  await using server = await startTestServer({ database });
  const { payments } = (await server.signedInClient()).api;
  await payments.create.mutate({
    amountMinor: 125_050,
    currency: 'HUF',
    method: 'credit_card',
    receiver: 'Half a forint',
  });
  const after = await readTables(database.db);
  await expect(undoUpgrade(database.db)).rejects.toThrow('Some payments in HUF have more than 0 decimals.');
  // The migrations after 0004 were undone before the refusal.
  await migrateDatabase(database.db);
  expect(await readTables(database.db)).toEqual(after);
});
