import { acquire, type Owned } from './acquire.ts';
import { type Cluster, prepareCluster } from './cluster.ts';
import { EmbeddedPostgresError } from './embedded-postgres-error.ts';
import { keepOwning } from './keep-owning.ts';
import { stopPostmaster } from './postmaster.ts';
import type { Holder, Purpose } from './session.ts';

export { EmbeddedPostgresError } from './embedded-postgres-error.ts';

export type EmbeddedPostgres = {
  /** `postgres://paydeck:<password>@127.0.0.1:<port>/paydeck`, good until `stop()`: a restart keeps the port. */
  url: string;
  /** guest: PostgreSQL belongs to another process, and ends with it. */
  role: 'owner' | 'guest';
  /** owner: shuts PostgreSQL down and waits until it is gone; guest: does nothing. May be called again. */
  stop(): Promise<void>;
};

export type EmbeddedPostgresOptions = {
  /** Made if it doesn't exist. Holds `postgres/`, `postgres-password` and `postgres.log`. */
  dataDir: string;
  /** serve: must be the only owner. task: joins a PostgreSQL that runs, or else owns one for as long as it takes. */
  purpose: Purpose;
  log(message: string): void;
};

/**
 * Starts PostgreSQL on the data in `dataDir`, or takes over one that a killed process left running. The owner's is
 * restarted when it dies, and ends with the process at the latest (a kill -9 excepted: then the next start takes over).
 * An owner must call `stop()`: its connection keeps Node alive.
 * Rejects with an EmbeddedPostgresError, whose message is for the operator, when it can't be had; in particular for
 * `serve` when another living process owns it, which is left alone.
 */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const { purpose, log } = options;
  const cluster = await prepareCluster(options.dataDir, log);
  let spawnedPid: number | undefined;
  try {
    const acquired = await acquire(cluster, {
      purpose,
      isCancelled: () => false,
      onSpawn: (pid) => {
        spawnedPid = pid;
      },
      log,
    });
    const url = `postgres://paydeck:${cluster.password}@127.0.0.1:${acquired.port}/paydeck`;
    if (acquired.outcome === 'owned' && acquired.pid !== spawnedPid) {
      log(`Took over the PostgreSQL (process ${acquired.pid}) that another process left running.`);
    }
    if (acquired.outcome === 'owned') return { url, role: 'owner', stop: own(cluster, acquired, options) };
    // Whoever has the lock has adopted what we may have spawned: it is no longer ours to stop.
    spawnedPid = undefined;
    if (purpose === 'serve') throw inUse(cluster, acquired.holder);
    return { url, role: 'guest', stop: async () => undefined };
  } catch (error) {
    if (spawnedPid !== undefined) await stopPostmaster(spawnedPid, cluster.dir, log);
    throw error;
  }
}

function own(cluster: Cluster, owned: Owned, { purpose, log }: EmbeddedPostgresOptions): () => Promise<void> {
  const stop = keepOwning(cluster, owned, purpose, log);
  let stopped: Promise<void> | undefined;
  return () => {
    stopped ??= stop();
    return stopped;
  };
}

function inUse(cluster: Cluster, { purpose, pid }: Holder): EmbeddedPostgresError {
  const who = purpose === 'serve' ? 'Another Paydeck server' : 'A Paydeck command';
  const remedy = purpose === 'serve' ? 'Stop it' : 'Wait until it has ended';
  return new EmbeddedPostgresError(
    `${who} (process ${pid}) is using the data in ${cluster.dataDir}. ${remedy}, or set DATA_DIR to another folder, ` +
      'or DATABASE_URL to a PostgreSQL of your own.',
  );
}
