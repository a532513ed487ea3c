import { randomUUID } from 'node:crypto';
import { currencyExponents } from '@paydeck/contract/money';
import { expect, test } from 'vitest';
import { createTestDatabase } from '../../testing/test-database.ts';
import type { Database } from '../connection/open-database.ts';
import { migrateDatabase } from '../migrate/migrations.ts';
import { SchemaError } from '../migrate/schema-error.ts';
import { insertPayments } from '../payments/insert-payments.ts';
import { users } from '../schema.ts';
import { selectExponentDifferences } from './select-exponent-differences.ts';
import { selectUsedCurrencies } from './select-used-currencies.ts';

async function storedExponents(db: Database): Promise<Map<string, number>> {
  const rows = await db.orm.execute<{ code: string; exponent: number }>(
    'select code, exponent from currencies',
  );
  return new Map(rows.map(({ code, exponent }) => [code, exponent]));
}

const insertPayment = (db: Database, currency: string) =>
  db.orm.execute(`
    insert into payments (id, amount_minor, currency, method, status, receiver, created_at, updated_at)
    values (gen_random_uuid(), 1, '${currency}', 'credit_card', 'success', 'Ada', now(), now())`);

test('a migrated database has the decimals of the contract', async () => {
  await using test = await createTestDatabase();
  expect(await storedExponents(test.db)).toEqual(currencyExponents);
});

test('missing currencies are added, and those without payments are corrected', async () => {
  await using test = await createTestDatabase();
  await insertPayment(test.db, 'USD');
  await test.db.orm.execute(`delete from currencies where code in ('USD', 'XCG')`);
  await test.db.orm.execute(`update currencies set exponent = 0 where code = 'HUF'`);
  expect(await selectExponentDifferences(test.db.orm)).toEqual([]);
  await migrateDatabase(test.db);
  expect(await storedExponents(test.db)).toEqual(currencyExponents);
});

test('currencies that payments use are left alone, and their differences are named', async () => {
  await using test = await createTestDatabase();
  for (const currency of ['USD', 'HUF', 'HUF', 'QQQ']) await insertPayment(test.db, currency);
  await test.db.orm.execute(`update currencies set exponent = 0 where code in ('HUF', 'EUR')`);
  const before = await storedExponents(test.db);
  expect(await selectExponentDifferences(test.db.orm)).toEqual([
    { currency: 'HUF', stored: 0, expected: 2 },
    { currency: 'QQQ', stored: null, expected: null },
  ]);
  const refusal = migrateDatabase(test.db);
  await expect(refusal).rejects.toThrow(SchemaError);
  await expect(refusal).rejects.toThrow(
    'The database stores amounts in HUF with 0 decimals, and this version of Paydeck expects 2. Start the version that wrote them,',
  );
  await expect(refusal).rejects.toThrow(
    'The database has payments in QQQ, which this version of Paydeck does not know.',
  );
  expect(await storedExponents(test.db)).toEqual(before);
});

test('the currencies of all payments are listed, the most frequent ones of late first', async () => {
  await using test = await createTestDatabase();
  expect(await selectUsedCurrencies(test.db)).toEqual([]);
  const payment = {
    method: 'credit_card' as const,
    status: 'success' as const,
    receiver: 'Ada',
    description: null,
    failureCode: null,
    failureMessage: null,
  };
  const insert = (currency: string, createdAt: Date | null) =>
    insertPayments(test.db, [
      {
        userId,
        idempotency: null,
        payments: [{ ...payment, id: randomUUID(), amountMinor: 1, currency, createdAt }],
      },
    ]);
  const userId = randomUUID();
  await test.db.orm.insert(users).values({ id: userId, username: 'admin', passwordHash: 'x', role: 'admin' });
  for (const currency of ['EUR', 'JPY', 'JPY']) await insert(currency, null);
  for (const currency of ['AED', 'HUF', 'HUF', 'HUF']) await insert(currency, new Date('2020-01-01'));
  expect(await selectUsedCurrencies(test.db)).toEqual(['JPY', 'EUR', 'AED', 'HUF']);
});
