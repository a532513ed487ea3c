import { expect, test } from 'vitest';
import { createTestDatabase } from '../../testing/test-database.ts';
import { migrateDatabase } from '../migrate/migrations.ts';
import { rollbackMigration } from '../migrate/rollback.ts';
import { foldSearchText } from './fold-search-text.ts';

test.each([
  ['Hauptstraße', 'HAUPTSTRASSE'],
  ['GROẞE', 'große'],
  ['İSTANBUL', 'istanbul'],
  ['ISPARTA', 'ısparta'],
  ['ΟΔΟΣ', 'οδος'],
  ['ﬁnance', 'FINANCE'],
  ['Müller', 'MU\u0308LLER'],
  ['ŐRSÉG', 'őrség'],
])('%s and %s are equal when folded', async (one, other) => {
  await using run = await createTestDatabase();
  expect(await foldSearchText(run.db, one)).toBe(await foldSearchText(run.db, other));
});

test('an upgrade folds the texts of older payments by the new rules', async () => {
  await using run = await createTestDatabase();
  let undone: string | null = null;
  while (undone !== '0012_search') undone = await rollbackMigration(run.db);
  await run.db.orm.execute(`
    insert into payments (id, amount_minor, currency, method, status, receiver, created_at, updated_at)
    values (gen_random_uuid(), 1, 'EUR', 'bank_transfer', 'success', 'Hauptstraße', now(), now())`);
  const folded = async () =>
    (await run.db.orm.execute('select trim(search_text, chr(1)) as text from payments'))[0];
  expect(await folded()).toEqual({ text: 'hauptstraße' });
  await migrateDatabase(run.db);
  expect(await folded()).toEqual({ text: 'hauptstrasse' });
});
