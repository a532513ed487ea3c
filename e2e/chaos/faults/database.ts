import { setTimeout as delay } from 'node:timers/promises';
import { type Database, openDatabase } from '@paydeck/db/connection';
import type { Fault } from '../fault.ts';
import type { World } from '../world.ts';

/** The advisory lock that orders the log (packages/db/src/events/commit-order.ts). */
const logLock = 'select pg_advisory_xact_lock(7239478161)';

/** Holds a lock in a transaction for some seconds. */
async function holdLock({ db, random }: World, statement: string): Promise<void> {
  const holder = db.dedicatedClient();
  try {
    await holder.unsafe('begin');
    await holder.unsafe(statement);
    await delay(random.integer(1_000, 12_000));
    await holder.unsafe('commit');
  } finally {
    await holder.end({ timeout: 5 });
  }
}

/** Sets something for new connections of the servers, ends the present ones, and undoes both. */
async function withSetting(
  world: World,
  setting: string,
  holdMs: number,
  meanwhile = async () => {},
): Promise<void> {
  const [name = ''] = setting.split(' ');
  await world.asSuperuser(`alter role paydeck in database paydeck set ${setting}`);
  await endConnections(world.db);
  await Promise.all([delay(holdMs), meanwhile()]);
  await world.asSuperuser(`alter role paydeck in database paydeck reset ${name}`);
  await endConnections(world.db);
}

const endConnections = (db: Database) =>
  db.orm.execute(`select count(pg_terminate_backend(pid)) from pg_stat_activity
    where datname = current_database() and application_name <> 'chaos'`);

/** Faults of a PostgreSQL that runs: locks, settings, and limits. */
export const databaseFaults: Fault[] = [
  {
    name: 'payments-locked',
    run: (world) => holdLock(world, 'lock table payments in access exclusive mode'),
  },
  { name: 'payments-write-locked', run: (world) => holdLock(world, 'lock table payments in share mode') },
  { name: 'log-locked', run: (world) => holdLock(world, logLock) },
  {
    name: 'read-only',
    run: (world) =>
      withSetting(world, 'default_transaction_read_only = on', world.random.integer(1_000, 4_000)),
  },
  {
    name: 'lock-timeout',
    run: (world) =>
      withSetting(world, 'lock_timeout = 100', 3_000, () =>
        holdLock(world, 'lock table payments in share mode'),
      ),
  },
  {
    name: 'serialization-failures',
    run: (world) => withSetting(world, "default_transaction_isolation = 'serializable'", 4_000),
  },
  {
    name: 'connections-exhausted',
    run: async (world) => {
      await using stack = new AsyncDisposableStack();
      // Without reserved connections, these take all that are left, and those that the servers then lose.
      const taken = Array.from({ length: 55 }, () => {
        const db = openDatabase({
          url: world.postgres.url('postgres'),
          maxConnections: 1,
          applicationName: 'chaos',
        });
        stack.defer(() => db.close());
        return db;
      });
      const take = () => Promise.allSettled(taken.map((db) => db.orm.execute('select 1')));
      await take();
      await endConnections(world.db);
      await take();
      await delay(world.random.integer(1_000, 4_000));
    },
  },
];
