import { acquire } from './acquire.ts';
import { type Cluster, prepareCluster } from './cluster.ts';
import { EmbeddedPostgresError } from './embedded-postgres-error.ts';
import { keepOwning } from './keep-owning.ts';
import { stopPostmaster } from './postmaster.ts';
import { serverRole, superuser } from './roles.ts';
import type { Owner, Purpose } from './session.ts';

export { EmbeddedPostgresError } from './embedded-postgres-error.ts';

export type EmbeddedPostgres = {
  /** `postgres://paydeck:<password>@127.0.0.1:<port>/paydeck`, valid until `stop()`: a restart keeps the port. */
  url: string;
  /** The same database as a superuser, for tests and tools that create databases. The server's role can't. */
  superuserUrl: string;
  /** `guest`: PostgreSQL belongs to another process, and stops when that process does. */
  role: 'owner' | 'guest';
  /** An owner shuts PostgreSQL down and waits until it has exited; a guest does nothing. A second call has no effect. */
  stop(): Promise<void>;
};

export type EmbeddedPostgresOptions = {
  /** Created if it doesn't exist. Holds `postgres/`, `postgres-password` and `postgres.log`. */
  dataDir: string;
  /** `serve` must become the owner. `task` uses the PostgreSQL of a running owner, or else owns one until it stops. */
  purpose: Purpose;
  log(message: string): void;
  /** Called when a PostgreSQL has been spawned, which then takes some time to start. Not called for one that runs already. */
  onSpawn?: (() => void) | undefined;
};

/**
 * Starts PostgreSQL on the data in `dataDir`, or takes over one that a killed process left running. When the owner's
 * PostgreSQL dies, it is started again. It ends with the owner's process, except when that is killed with SIGKILL: then the
 * next start takes it over. An owner must call `stop()`, because its connection keeps Node running.
 * Rejects with an EmbeddedPostgresError, whose message is for the operator, when PostgreSQL can't be started, and when
 * another process owns it and the purpose is `serve`.
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
        options.onSpawn?.();
      },
      log,
    });
    const urlOf = (role: string) =>
      `postgres://${role}:${cluster.password}@127.0.0.1:${acquired.port}/${serverRole}`;
    const urls = { url: urlOf(serverRole), superuserUrl: urlOf(superuser) };
    if (acquired.outcome === 'owned') {
      if (acquired.pid !== spawnedPid)
        log(`Took over the PostgreSQL (process ${acquired.pid}) that another process left running.`);
      return { ...urls, role: 'owner', stop: keepOwning(cluster, acquired, purpose, log) };
    }
    // The owner also owns a PostgreSQL that this process may have spawned, so this process must not stop it.
    spawnedPid = undefined;
    if (purpose === 'serve') throw inUseError(cluster, acquired.owner);
    return { ...urls, role: 'guest', stop: async () => undefined };
  } catch (error) {
    if (spawnedPid !== undefined) await stopPostmaster(spawnedPid, cluster.dir, log);
    throw error;
  }
}

function inUseError(cluster: Cluster, { purpose, pid }: Owner): EmbeddedPostgresError {
  const who = purpose === 'serve' ? 'Another Paydeck server' : 'A Paydeck command';
  const advice = purpose === 'serve' ? 'Stop it' : 'Wait until it has ended';
  return new EmbeddedPostgresError(
    `${who} (process ${pid}) is using the data in ${cluster.dataDir}. ${advice}, or set DATA_DIR to another folder, ` +
      'or DATABASE_URL to a PostgreSQL of your own.',
  );
}
