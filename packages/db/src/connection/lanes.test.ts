import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../testing/test-database.ts';
import { sql } from '../drizzle.ts';
import { QueryTooExpensiveError, TooManyQueriesError } from './database-error.ts';
import { type Lane, laneConnections, lanes } from './lanes.ts';
import { type Database, openDatabase } from './open-database.ts';
import { prepareStatement } from './statement.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database[Symbol.asyncDispose]());

const open = (longReadTimeoutMs: number): Database =>
  openDatabase({ url: database.url, longReadTimeoutMs, applicationName: 'lanes' });

/** The backend that ran the statement, and its setting for plans. */
const backendIn = (lane: Lane) =>
  prepareStatement<Record<string, never>, { pid: number; planCacheMode: string }>(
    () => sql`select pg_backend_pid(), current_setting('plan_cache_mode')`,
    ([pid, planCacheMode]) => ({ pid: Number(pid), planCacheMode: String(planCacheMode) }),
    lane,
  );

const sleep = (lane: Lane) =>
  prepareStatement<{ seconds: number }, null>(
    (p) => sql`select pg_sleep(${p('seconds', 'int')})`,
    () => null,
    lane,
  );

/** Occupies all connections of a lane, and waits until PostgreSQL runs all of the statements. */
async function fill(db: Database, lane: Lane): Promise<{ ends: Promise<PromiseSettledResult<unknown>[]> }> {
  const statement = sleep(lane);
  const ends = Promise.allSettled(
    Array.from({ length: laneConnections[lane] }, () => db.execute(statement, { seconds: 30 })),
  );
  await vi.waitFor(async () => {
    const [row] = await database.db.orm.execute<{ running: number }>(
      `select count(*) as running from pg_stat_activity
       where application_name = 'lanes' and state = 'active' and query like '%pg_sleep%'`,
    );
    expect(row?.running).toBe(laneConnections[lane]);
  });
  return { ends };
}

test('each lane has its own connections', async () => {
  const db = open(2_000);
  const pids = new Map<Lane, Set<number>>();
  for (const lane of lanes) {
    const calls = Array.from({ length: 10 }, () => db.execute(backendIn(lane), {}));
    const backends = (await Promise.all(calls)).flat();
    pids.set(lane, new Set(backends.map(({ pid }) => pid)));
    const generic = lane === 'quick' ? 'force_generic_plan' : 'auto';
    expect(new Set(backends.map(({ planCacheMode }) => planCacheMode))).toEqual(new Set([generic]));
  }
  for (const lane of lanes) expect(pids.get(lane)?.size).toBeLessThanOrEqual(laneConnections[lane]);
  const all = [...pids.values()].flatMap((ofLane) => [...ofLane]);
  expect(new Set(all).size).toBe(all.length);
  await db.close();
});

test('a full lane of long reads delays no other lane, and each read ends as too expensive', async () => {
  const db = open(2_000);
  const { ends } = await fill(db, 'long');
  for (const lane of lanes.filter((name) => name !== 'long'))
    expect(await db.execute(sleep(lane), { seconds: 0 })).toEqual([null]);
  const tooExpensive = { status: 'rejected', reason: expect.any(QueryTooExpensiveError) };
  expect(await ends).toEqual(Array(laneConnections.long).fill(tooExpensive));
  // The connections are used again.
  const before = await Promise.all(Array.from({ length: 3 }, () => db.execute(backendIn('long'), {})));
  const after = await Promise.all(Array.from({ length: 3 }, () => db.execute(backendIn('long'), {})));
  expect(new Set(after.flat().map(({ pid }) => pid))).toEqual(new Set(before.flat().map(({ pid }) => pid)));
  await db.close();
});

test('a long read that gets no connection in time is refused and never sent', async () => {
  const db = open(1_000);
  const { ends } = await fill(db, 'long');
  const insert = prepareStatement<Record<string, never>, null>(
    () => sql`insert into currencies values ('QQQ', 0)`,
    () => null,
    'long',
  );
  // All are waiting while the lane is full: the first ones get a connection, and the later ones are refused.
  const waiting = Array.from({ length: 2 * laneConnections.long }, () =>
    db.execute(sleep('long'), { seconds: 30 }),
  );
  const late = db.execute(insert, {});
  const outcomes = await Promise.allSettled([...waiting, late]);
  expect(outcomes.at(-1)).toEqual({ status: 'rejected', reason: expect.any(TooManyQueriesError) });
  await ends;
  const rows = await database.db.orm.execute(`select code from currencies where code = 'QQQ'`);
  expect(rows).toEqual([]);
  await db.close();
});

test('a statement that runs into the deadline of another lane does not count as too expensive', async () => {
  const db = openDatabase({ url: database.url, deadlineMs: 600 });
  await expect(db.execute(sleep('quick'), { seconds: 30 })).rejects.toMatchObject({
    name: 'DatabaseUnavailableError',
  });
  expect(await db.execute(sleep('quick'), { seconds: 0 })).toEqual([null]);
  await db.close();
});
