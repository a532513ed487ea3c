import { expect, test } from 'vitest';
import { createTestDatabase } from '../../testing/test-database.ts';
import { openDatabase } from './open-database.ts';

test('a URL may name a database in any characters, at an IPv6 address', async () => {
  await using test = await createTestDatabase();
  const name = `pay deck/50% ${crypto.randomUUID()}`;
  await test.db.orm.execute(`create database "${name}"`);
  const url = new URL(test.url);
  url.hostname = '[::ffff:127.0.0.1]';
  url.pathname = `/${encodeURIComponent(name)}`;
  const db = openDatabase({ url: url.href });
  expect(await db.orm.execute('select current_database()')).toEqual([{ current_database: name }]);
  await db.close();
  await test.db.orm.execute(`drop database "${name}"`);
});
