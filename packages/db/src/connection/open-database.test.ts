import { describe, expect, test } from 'vitest';
import { createTestDatabase } from '../../testing/test-database.ts';
import { eq, sql } from '../drizzle.ts';
import { users } from '../schema.ts';
import { openDatabase } from './open-database.ts';
import type { QueryReport } from './run-reported.ts';
import { prepareStatement } from './statement.ts';

test('a URL may have an IPv6 address, and any characters in the name of the database', async () => {
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

describe('onQuery', () => {
  test('gets each query with its text, times and rows, and without its values', async () => {
    const reports: QueryReport[] = [];
    await using test = await createTestDatabase({
      maxConnections: 1,
      onQuery: (report) => reports.push(report),
    });
    const byName = prepareStatement<{ name: string }, unknown>(
      (p) => sql`select id from users\n where username = ${p('name', 'text')}`,
      ([id]) => id,
      'control',
    );
    await Promise.all([
      test.db.execute(byName, { name: 'hunter2' }),
      test.db.orm.select({ id: users.id }).from(users).where(eq(users.username, 'hunter2')),
      test.db.orm.execute(sql`select pg_sleep(0.02) from generate_series(1, 2)`),
    ]);
    expect(reports).toMatchObject([
      { statement: 'select id from users where username = $1::text', rows: 0 },
      { statement: 'select "id" from "users" where "users"."username" = $1', rows: 0 },
      { statement: 'select pg_sleep(0.02) from generate_series(1, 2)', rows: 2 },
    ]);
    expect(reports[2]?.durationMs).toBeGreaterThanOrEqual(40);
    // With one connection, each waits for those before it.
    const [first, second, third] = reports.map(({ waitMs }) => waitMs);
    expect(first).toBeLessThanOrEqual(second ?? 0);
    expect(second).toBeLessThanOrEqual(third ?? 0);
    expect(JSON.stringify(reports)).not.toContain('hunter2');
  });

  test('gets a failed query with its code, and the caller still gets the error', async () => {
    const reports: QueryReport[] = [];
    await using test = await createTestDatabase({ onQuery: (report) => reports.push(report) });
    const asNumber = test.db.orm.execute(sql`select ${'hunter2'}::text::int`);
    await expect(asNumber).rejects.toThrow();
    expect(reports).toEqual([
      {
        statement: 'select $1::text::int',
        waitMs: expect.any(Number),
        durationMs: expect.any(Number),
        rows: null,
        failure: '22P02',
      },
    ]);
  });
});
