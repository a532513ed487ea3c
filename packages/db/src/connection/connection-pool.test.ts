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

test('connections that are reset, idle and busy ones, never make a query answer with nothing', async () => {
  await using way = await cuttablePath(database.url);
  const db = openDatabase({ url: way.url, deadlineMs: 5_000, maxConnections: 2 });
  const ask = () => value(db.orm.execute('select 42 as value'));
  const answered: unknown[] = [];
  for (let round = 0; round < 20; round += 1) {
    await Promise.all([ask(), ask()]);
    const busy = db.orm.execute('select pg_sleep(30)');
    const lost = expect(busy).rejects.toThrow(DatabaseUnavailableError);
    await vi.waitFor(async () => {
      const running = `select count(*) as value from pg_stat_activity where state = 'active' and query like '%pg_sleep(30)%' and pid <> pg_backend_pid()`;
      expect(await value(database.db.orm.execute(running))).not.toEqual([0]);
    });
    way.reset(round % 2 === 1);
    await lost;
    // What comes at once may still be given a connection that is about to close; what comes then may not suffer.
    const started = performance.now();
    for (const outcome of await Promise.allSettled([ask(), ask()])) {
      if (outcome.status === 'fulfilled') answered.push(outcome.value);
      else expect(outcome.reason).toBeInstanceOf(DatabaseUnavailableError);
    }
    await Promise.allSettled([ask(), ask(), ask()]);
    expect(performance.now() - started).toBeLessThan(4_000);
    expect(await ask()).toEqual([42]);
  }
  for (const rows of answered) expect(rows).toEqual([42]);
  await db.close();
});

test('a database that falls silent is given up at the deadline, and used again when it is back', async () => {
  await using way = await cuttablePath(database.url);
  const db = openDatabase({ url: way.url, deadlineMs: 2_000, maxConnections: 2 });
  await Promise.all([db.orm.execute('select pg_sleep(0.05)'), db.orm.execute('select pg_sleep(0.05)')]);
  way.vanish();
  const started = performance.now();
  const queries = [1, 2, 3, 4].map((n) => db.orm.execute(`create table late_${n} ()`));
  for (const outcome of await Promise.allSettled(queries)) {
    expect(outcome).toMatchObject({ status: 'rejected', reason: { name: 'DatabaseUnavailableError' } });
  }
  expect(performance.now() - started).toBeLessThan(4_000);
  await way.comeBack();
  expect(await value(db.orm.execute('select 1 as value'))).toEqual([1]);
  // The third and the fourth waited for a connection: what was given up while waiting never runs.
  const made = await value(
    db.orm.execute("select relname as value from pg_class where relname in ('late_3', 'late_4')"),
  );
  expect(made).toEqual([]);
  await db.close();
});

test('a refused statement leaves its connection in use', async () => {
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
  let woken = 0;
  const listening = db.listen('some_channel', () => {
    woken += 1;
  });
  const notified = async () => {
    const before = woken;
    await database.db.orm.execute("select pg_notify('some_channel', '')");
    expect(woken).toBeGreaterThan(before);
  };
  await vi.waitFor(notified, { timeout: 5_000, interval: 20 });
  for (let round = 0; round < 10; round += 1) {
    const ended = await database.db.orm.execute(
      "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'listener'",
    );
    expect(ended).toHaveLength(1);
    await vi.waitFor(notified, { timeout: 5_000, interval: 20 });
  }
  await listening.close();
  await db.close();
});
