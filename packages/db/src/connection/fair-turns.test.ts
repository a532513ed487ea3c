import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../testing/test-database.ts';
import { sql } from '../drizzle.ts';
import { CallerLeftError, OverloadedError, TooManyQueriesError } from './database-error.ts';
import { type Lane, laneConnections, longReadsPerCaller } from './lanes.ts';
import { type Database, openDatabase } from './open-database.ts';
import { prepareStatement } from './statement.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database[Symbol.asyncDispose]());

/** Waits for the advisory lock `gate`, and returns its backend. */
const pass = (lane: Lane) =>
  prepareStatement<{ gate: number }, number>(
    (p) =>
      sql`select pg_backend_pid() from (select pg_advisory_xact_lock_shared(${p('gate', 'bigint')})) gate`,
    ([pid]) => Number(pid),
    lane,
  );

/** Holds the lock `gate` until `open` is called. */
async function closeGate(gate: number): Promise<{ open(): Promise<void> }> {
  const client = database.db.dedicatedClient();
  await client`select pg_advisory_lock(${gate})`;
  return { open: () => client.end() };
}

const waitingAt = async (gate: number): Promise<number> => {
  const [row] = await database.db.orm.execute<{ count: number }>(
    sql`select count(*)::int as count from pg_locks where locktype = 'advisory' and not granted and objid = ${gate}`,
  );
  return row?.count ?? 0;
};

const fill = async (db: Database, lane: Lane, gate: number) => {
  const filling = Array.from({ length: laneConnections[lane] }, () => db.execute(pass(lane), { gate }));
  await vi.waitFor(async () => expect(await waitingAt(gate)).toBe(laneConnections[lane]), {
    timeout: 30_000,
  });
  return filling;
};

test('users take turns at a connection, however many queries each has, and the server itself goes first', async () => {
  const db = openDatabase({ url: database.url, deadlineMs: 60_000, maxConnections: 1 });
  const gate = await closeGate(1);
  const running = db.execute(pass('write'), { gate: 1 });
  await vi.waitFor(async () => expect(await waitingAt(1)).toBe(1), { timeout: 30_000 });
  const order: string[] = [];
  const ask = async (id: string | null) => {
    await (id === null ? db : db.ownedBy({ id })).execute(pass('write'), { gate: 1 });
    order.push(`${id}`);
  };
  const asked = ['busy', 'busy', 'busy', 'busy', 'other', null].map(ask);
  await gate.open();
  await Promise.all([running, ...asked]);
  expect(order).toEqual(['null', 'busy', 'other', 'busy', 'busy', 'busy']);
  await db.close();
});

test('a user who has too many long reads is refused, and another one is not', async () => {
  const db = openDatabase({ url: database.url, longReadTimeoutMs: 20_000, deadlineMs: 60_000 });
  const gate = await closeGate(2);
  const busy = db.ownedBy({ id: 'busy' });
  const reads = Array.from({ length: longReadsPerCaller }, () => busy.execute(pass('long'), { gate: 2 }));
  await expect(busy.execute(pass('long'), { gate: 2 })).rejects.toBeInstanceOf(TooManyQueriesError);
  const other = db.ownedBy({ id: 'other' }).execute(pass('long'), { gate: 2 });
  await gate.open();
  expect(await Promise.all([...reads, other])).toHaveLength(longReadsPerCaller + 1);
  // They count no more once they have ended.
  expect(await busy.execute(pass('long'), { gate: 2 })).toHaveLength(1);
  await db.close();
});

test('a query whose turn would come too late is refused at once', async () => {
  const maxWaitMs = 1_000;
  const db = openDatabase({ url: database.url, deadlineMs: 60_000, maxWaitMs });
  const gate = await closeGate(3);
  const filling = await fill(db, 'quick', 3);
  const user = db.ownedBy({ id: 'user' });
  await expect(user.execute(pass('quick'), { gate: 3 })).rejects.toBeInstanceOf(OverloadedError);
  // The running queries now take longer than a query may wait, so the next one isn't even queued.
  await vi.waitFor(
    async () => {
      const outcome = user.execute(pass('quick'), { gate: 3 }).catch((error: unknown) => error);
      const next = await Promise.race([outcome, database.db.orm.execute('select 1').then(() => 'it waits')]);
      expect(next).toBeInstanceOf(OverloadedError);
    },
    { timeout: 30_000 },
  );
  // The server itself waits until the deadline.
  const own = db.execute(pass('quick'), { gate: 3 });
  await gate.open();
  expect(await own).toHaveLength(1);
  await Promise.all(filling);
  expect(await user.execute(pass('quick'), { gate: 3 })).toHaveLength(1);
  await db.close();
});

test('a query is canceled when its caller leaves, and its connection is used again', async () => {
  const db = openDatabase({ url: database.url, deadlineMs: 60_000, maxConnections: 1 });
  const [pid] = await db.execute(pass('quick'), { gate: 0 });
  const gate = await closeGate(4);
  const caller = new AbortController();
  const owned = db.ownedBy({ id: 'user', signal: caller.signal });
  const running = owned.execute(pass('quick'), { gate: 4 });
  await vi.waitFor(async () => expect(await waitingAt(4)).toBe(1), { timeout: 30_000 });
  const waiting = owned.execute(pass('quick'), { gate: 4 });
  const other = db.ownedBy({ id: 'other' }).execute(pass('quick'), { gate: 0 });

  caller.abort();
  const left = { status: 'rejected', reason: expect.any(CallerLeftError) };
  expect(await Promise.allSettled([running, waiting])).toEqual([left, left]);
  expect(await other).toEqual([pid]);
  expect(await waitingAt(4)).toBe(0);
  await expect(owned.execute(pass('quick'), { gate: 0 })).rejects.toBeInstanceOf(CallerLeftError);
  // Queries that Drizzle builds have the same error.
  await expect(owned.orm.execute('select 1')).rejects.toBeInstanceOf(CallerLeftError);
  await gate.open();
  await db.close();
});
