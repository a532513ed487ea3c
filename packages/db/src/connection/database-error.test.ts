import { expect, test } from 'vitest';
import { createTestDatabase } from '../../testing/test-database.ts';
import { DatabaseUnavailableError, DiskFullError, translateDatabaseError } from './database-error.ts';
import { openDatabase } from './open-database.ts';

const errorOf = (promise: Promise<unknown>) =>
  promise.then(
    () => null,
    (error: unknown) => error,
  );

test.each([
  ['08006', 'the connection failed'],
  ['08P01', 'what PgBouncer says when it has no server'],
  ['25006', 'the server is a standby'],
  ['40001', 'a conflict with another transaction, or with the recovery of a standby'],
  ['40P01', 'a deadlock'],
  ['53200', 'out of memory'],
  ['53300', 'too many connections'],
  ['55P03', 'a lock was not available in time'],
  ['57014', 'canceled by a timeout'],
  ['57P03', 'starting up'],
  ['58030', 'the disk can’t be read'],
])('%s means that the database is unavailable for now: %s', async (code) => {
  await using test = await createTestDatabase({ maxConnections: 1 });
  const raised = test.db.orm.execute(
    `do $$ begin raise exception 'refused' using errcode = '${code}'; end $$`,
  );
  const error = await errorOf(raised);
  expect(error).toBeInstanceOf(DatabaseUnavailableError);
  expect(error).not.toBeInstanceOf(DiskFullError);
  expect(await test.db.orm.execute('select 1 as one')).toEqual([{ one: 1 }]);
});

test('a full disk has its own error, which callers may treat like an unavailable database', async () => {
  await using test = await createTestDatabase({ maxConnections: 1 });
  const raised = test.db.orm.execute(`do $$ begin raise exception 'full' using errcode = '53100'; end $$`);
  const error = await errorOf(raised);
  expect(error).toBeInstanceOf(DiskFullError);
  expect(error).toBeInstanceOf(DatabaseUnavailableError);
});

test.each([
  ['23505', 'a duplicate key'],
  ['42P01', 'a table that does not exist'],
  ['22003', 'a number out of range'],
  ['XX000', 'a bug of PostgreSQL'],
])('%s stays what it is: %s', async (code) => {
  await using test = await createTestDatabase({ maxConnections: 1 });
  const raised = test.db.orm.execute(
    `do $$ begin raise exception 'refused' using errcode = '${code}'; end $$`,
  );
  expect(await errorOf(raised)).not.toBeInstanceOf(DatabaseUnavailableError);
});

test('a session that PostgreSQL refuses and a socket that does not exist mean that the database is unavailable', async () => {
  await using test = await createTestDatabase();
  const missing = new URL(test.url);
  missing.pathname = '/a_database_that_was_dropped';
  const wrongPassword = new URL(test.url);
  wrongPassword.password = 'changed';
  for (const { href: url } of [missing, wrongPassword]) {
    const db = openDatabase({ url });
    expect(await errorOf(db.orm.execute('select 1'))).toBeInstanceOf(DatabaseUnavailableError);
    await db.close();
  }
});

test.each(['EMFILE', 'ENFILE', 'ENOBUFS', 'ENOENT', 'ECONNRESET', 'EAI_AGAIN'])(
  'a socket that fails with %s means that the database is unavailable',
  (code) => {
    const failed = Object.assign(new Error(`connect ${code}`), { code, syscall: 'connect', errno: -24 });
    expect(translateDatabaseError(new Error('Failed query', { cause: failed }))).toBeInstanceOf(
      DatabaseUnavailableError,
    );
  },
);
