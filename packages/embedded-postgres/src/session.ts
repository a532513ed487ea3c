import { setTimeout as delay } from 'node:timers/promises';
import postgres from 'postgres';
import type { Cluster } from './cluster.ts';
import { EmbeddedPostgresError, errorCode } from './embedded-postgres-error.ts';

export type Purpose = 'serve' | 'task';

/** The process that owns the database. */
export type Holder = { purpose: Purpose; pid: number };

/** One connection to the maintenance database. It never reconnects: the lock that it may hold would be gone. */
export type Session = {
  /** Settles when the connection is lost or ended. */
  closed: Promise<void>;
  inspect(): Promise<{ dataDirectory: string; hasDatabase: boolean; holder: Holder | undefined }>;
  /** Takes the owner's lock unless another session has it. It lasts as long as this session. */
  tryLock(): Promise<boolean>;
  createDatabase(): Promise<void>;
  end(): Promise<void>;
};

/** Both halves of the advisory lock's key; 'PAYD' keeps it clear of the locks of an application. */
const lockClass = 0x50415944;
const lockId = 1;

/** A backend that dies at the wrong moment can leave a query of this driver pending for ever. */
const queryLimitMs = 10_000;

/** Connects, and rejects with the driver's error when PostgreSQL isn't ready (see `isTransient`). */
export async function openSession(cluster: Cluster, port: number, purpose: Purpose): Promise<Session> {
  const { promise: closed, resolve: onclose } = Promise.withResolvers<void>();
  const sql = postgres({
    host: '127.0.0.1',
    port,
    database: 'postgres',
    username: 'paydeck',
    password: cluster.password,
    ssl: false,
    max: 1,
    // The driver's default would end the connection, and with it the ownership, after 30–60 minutes.
    max_lifetime: null,
    idle_timeout: 0,
    connect_timeout: 5,
    fetch_types: false,
    backoff: false,
    onnotice: () => undefined,
    onclose: () => onclose(),
    connection: { application_name: `paydeck ${purpose} ${process.pid}` },
  });
  const end = async () => {
    await sql.end({ timeout: 0 });
    onclose();
  };
  const session: Session = {
    closed,
    end,
    async inspect() {
      const [row] = await limited(sql<
        { dataDirectory: string; hasDatabase: boolean; holder: string | null }[]
      >`
        select current_setting('data_directory') as "dataDirectory",
          exists (select from pg_database where datname = 'paydeck') as "hasDatabase",
          (select application_name from pg_locks join pg_stat_activity using (pid)
            where locktype = 'advisory' and granted
              and classid = ${lockClass} and objid = ${lockId} and objsubid = 2) as "holder"`);
      if (row === undefined) throw new Error('PostgreSQL answered nothing');
      return { ...row, holder: parseHolder(row.holder) };
    },
    async tryLock() {
      const [row] = await limited(
        sql<{ locked: boolean }[]>`select pg_try_advisory_lock(${lockClass}::int, ${lockId}::int) as locked`,
      );
      return row?.locked === true;
    },
    async createDatabase() {
      await limited(sql`create database paydeck`);
    },
  };
  try {
    await limited(sql`select 1`);
    return session;
  } catch (error) {
    await end();
    throw error;
  }
}

async function limited<T>(query: Promise<T>): Promise<T> {
  const timer = new AbortController();
  const limit = delay(queryLimitMs, undefined, { signal: timer.signal }).then(() => {
    throw new TransientError('PostgreSQL did not answer in time');
  });
  try {
    return await Promise.race([query, limit]);
  } finally {
    timer.abort();
  }
}

function parseHolder(applicationName: string | null): Holder | undefined {
  const [, purpose, pid] = /^paydeck (serve|task) (\d+)$/.exec(applicationName ?? '') ?? [];
  return purpose === 'serve' || purpose === 'task' ? { purpose, pid: Number(pid) } : undefined;
}

class TransientError extends Error {}

const transientCodes = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'CONNECT_TIMEOUT',
  'CONNECTION_CLOSED',
  'CONNECTION_ENDED',
  'CONNECTION_DESTROYED',
  '57P01', // admin_shutdown: our backend was ended
  '57P02', // crash_shutdown: another backend died, and all restart
  '57P03', // cannot_connect_now: starting up, recovering, or shutting down
  '53300', // too_many_connections
]);

/** Whether the same attempt may succeed a moment later. */
export function isTransient(error: unknown): boolean {
  return error instanceof TransientError || transientCodes.has(errorCode(error) ?? '');
}

/** Whether PostgreSQL itself asks for patience: it starts, recovers after a crash, or shuts down. */
export function isNotYetReady(error: unknown): boolean {
  return errorCode(error) === '57P03';
}

/** The driver's refusals that no waiting mends, in the operator's words. */
export function explain(error: unknown, cluster: Cluster): unknown {
  if (errorCode(error) !== '28P01') return error;
  return new EmbeddedPostgresError(
    `The password in ${cluster.dataDir}/postgres-password is not that of the database in ${cluster.dir}. ` +
      'Bring the file back from a backup, or set DATA_DIR to another folder.',
    { cause: error },
  );
}
