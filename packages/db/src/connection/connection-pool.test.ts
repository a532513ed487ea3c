import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { cuttablePath } from '../../testing/cuttable-path.ts';
import { createTestDatabase, type TestDatabase } from '../../testing/test-database.ts';
import { DatabaseUnavailableError } from './database-error.ts';
import { openDatabase } from './open-database.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database[Symbol.asyncDispose]());

const value = async (query: PromiseLike<readonly Record<string, unknown>[]>) => {
  const rows = await query;
  return rows.map((row) => row.value);
};

test('a query never answers with no rows because its connection was reset', async () => {
  await using path = await cuttablePath(database.url);
  const db = openDatabase({ url: path.url, deadlineMs: 5_000, maxConnections: 2 });
  const query = () => value(db.orm.execute('select 42 as value'));
  const answered: unknown[] = [];
  for (let round = 0; round < 20; round += 1) {
    await Promise.all([query(), query()]);
    const busy = db.orm.execute('select pg_sleep(30)');
    const lost = expect(busy).rejects.toThrow(DatabaseUnavailableError);
    await vi.waitFor(async () => {
      const running = `select count(*) as value from pg_stat_activity where state = 'active' and query like '%pg_sleep(30)%' and pid <> pg_backend_pid()`;
      expect(await value(database.db.orm.execute(running))).not.toEqual([0]);
    });
    path.reset(round % 2 === 1);
    await lost;
    // Two queries at once may still get connections that are about to close. The queries after them must not.
    const started = performance.now();
    for (const outcome of await Promise.allSettled([query(), query()])) {
      if (outcome.status === 'fulfilled') answered.push(outcome.value);
      else expect(outcome.reason).toBeInstanceOf(DatabaseUnavailableError);
    }
    await Promise.allSettled([query(), query(), query()]);
    expect(performance.now() - started).toBeLessThan(4_000);
    expect(await query()).toEqual([42]);
  }
  for (const rows of answered) expect(rows).toEqual([42]);
  await db.close();
});

test('a query of a silent database fails at the deadline, and a later one succeeds when the database answers again', async () => {
  await using path = await cuttablePath(database.url);
  const db = openDatabase({ url: path.url, deadlineMs: 2_000, maxConnections: 2 });
  await Promise.all([db.orm.execute('select pg_sleep(0.05)'), db.orm.execute('select pg_sleep(0.05)')]);
  path.vanish();
  const started = performance.now();
  const queries = [1, 2, 3, 4].map((n) => db.orm.execute(`create table late_${n} ()`));
  for (const outcome of await Promise.allSettled(queries)) {
    expect(outcome).toMatchObject({ status: 'rejected', reason: { name: 'DatabaseUnavailableError' } });
  }
  expect(performance.now() - started).toBeLessThan(4_000);
  await path.comeBack();
  expect(await value(db.orm.execute('select 1 as value'))).toEqual([1]);
  // The third and the fourth query reached the deadline while they waited for a connection, so they must never run.
  const made = await value(
    db.orm.execute("select relname as value from pg_class where relname in ('late_3', 'late_4')"),
  );
  expect(made).toEqual([]);
  await db.close();
});

test('a connection is still used after PostgreSQL refused a statement', async () => {
  const db = openDatabase({ url: database.url, maxConnections: 1 });
  const backend = () => value(db.orm.execute('select pg_backend_pid() as value'));
  const first = await backend();
  await expect(db.orm.execute('select 1 / 0')).rejects.toMatchObject({ cause: { code: '22012' } });
  expect(await backend()).toEqual(first);
  await db.close();
  await expect(backend()).rejects.toThrow(DatabaseUnavailableError);
});

test('listening survives killed backends', async () => {
  const db = openDatabase({ url: database.url, applicationName: 'listener' });
  let wakeUps = 0;
  const listening = db.listen('some_channel', () => {
    wakeUps += 1;
  });
  const notified = async () => {
    const before = wakeUps;
    await database.db.orm.execute("select pg_notify('some_channel', '')");
    // The notification comes on another connection, on a busy machine later than the answer.
    await vi.waitFor(() => expect(wakeUps).toBeGreaterThan(before), { timeout: 500, interval: 5 });
  };
  await vi.waitFor(notified, { timeout: 5_000, interval: 20 });
  const backends = () =>
    value(
      database.db.orm.execute(
        "select pid as value from pg_stat_activity where application_name = 'listener'",
      ),
    );
  for (let round = 0; round < 10; round += 1) {
    // A busy machine shows a killed backend for a while beside the one that replaced it.
    await vi.waitFor(async () => expect(await backends()).toHaveLength(1), { timeout: 5_000, interval: 20 });
    const [killed] = await backends();
    await database.db.orm.execute(`select pg_terminate_backend(${killed})`);
    await vi.waitFor(async () => expect(await backends()).not.toContain(killed), {
      timeout: 5_000,
      interval: 20,
    });
    await vi.waitFor(notified, { timeout: 5_000, interval: 20 });
  }
  await listening.close();
  await db.close();
});
