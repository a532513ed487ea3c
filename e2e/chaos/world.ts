import { openDatabase } from '@paydeck/db/connection';
import { endWithThisProcess } from '@paydeck/db/testing/end-with-this-process';
import { type PostgresNode, startPostgresNode } from '@paydeck/embedded-postgres/testing/postgres-node';
import { type Random, randomFrom } from './random.ts';
import { openSystem, type System } from './system.ts';

/** Everything that a fault may touch. */
export type World = System &
  AsyncDisposable & {
    random: Random;
    postgres: PostgresNode;
    /** Runs one statement as superuser in `postgres`, past all links. */
    asSuperuser(statement: string): Promise<readonly Record<string, unknown>[]>;
    /** How often the database went back in time. */
    stepsBack: number;
  };

/** Two servers on one PostgreSQL, a workload, and followers of each kind. All run in their own processes on loopback. */
export async function openWorld(seed: number): Promise<World> {
  await using stack = new AsyncDisposableStack();
  const postgres = stack.use(await startPostgresNode({ fsync: 'off', max_connections: '60' }));
  const registered = [{ cluster: postgres.dir }, { folder: postgres.home }].map(endWithThisProcess);
  stack.defer(() => {
    for (const forget of registered) forget();
  });
  const asSuperuser = async (statement: string) => {
    const admin = openDatabase({ url: postgres.url('postgres'), maxConnections: 1, deadlineMs: 60_000 });
    return admin.orm.execute(statement).finally(() => admin.close());
  };
  await asSuperuser('create role paydeck login');
  await asSuperuser('create database paydeck owner paydeck');
  const serverUrl = new URL(postgres.url('paydeck'));
  serverUrl.username = 'paydeck';
  const urls = { serverUrl: serverUrl.href, checkerUrl: postgres.url('paydeck') };
  const system = stack.use(await openSystem(urls, seed));
  const parts = stack.move();
  return {
    ...system,
    // Each part has its own numbers, so the faults of a seed don't depend on how fast the others are.
    random: randomFrom(seed),
    postgres,
    asSuperuser,
    stepsBack: 0,
    [Symbol.asyncDispose]: () => parts.disposeAsync(),
  };
}
