import { setTimeout as delay } from 'node:timers/promises';
import postgres from 'postgres';
import type { Cluster } from './cluster.ts';
import { EmbeddedPostgresError, errorCode } from './embedded-postgres-error.ts';
import { ensureServerRole, replaceSuperuser, serverRole, superuser } from './roles.ts';

export type Purpose = 'serve' | 'task';

/** The process that owns PostgreSQL. */
export type Owner = { purpose: Purpose; pid: number };

/** One connection to the database `postgres`. It never reconnects, as it would come back without the owner's lock. */
export type Session = {
  /** Settles when the connection is lost or ended. */
  closed: Promise<void>;
  inspect(): Promise<{ dataDirectory: string; hasDatabase: boolean; owner: Owner | undefined }>;
  /** Takes the owner's lock, which lasts as long as this session. False when another session has it. */
  tryLock(): Promise<boolean>;
  /** Creates the server's role and its database, as far as they are missing. Called by the owner. */
  prepare(existing: { hasDatabase: boolean }): Promise<void>;
  end(): Promise<void>;
};

/** The two halves of the advisory lock's key. The first spells PAYD, so that no application happens to use the same key. */
const lockClass = 0x50415944;
const lockId = 1;

/** PostgreSQL's code for a wrong password, and for a role that does not exist. */
const invalidPassword = '28P01';

/** When a backend dies at the wrong moment, a query of this driver never settles. */
const queryTimeoutMs = 10_000;

/** Connects, and rejects with the driver's error when PostgreSQL isn't ready (see `isTransient`). */
export async function openSession(cluster: Cluster, port: number, purpose: Purpose): Promise<Session> {
  try {
    return await openSessionAs(superuser, { cluster, port, purpose });
  } catch (error) {
    if (errorCode(error) !== invalidPassword) throw error;
    // There may be no such role: until a later version, `paydeck` was the superuser.
    return openSessionAs(serverRole, { cluster, port, purpose });
  }
}

async function openSessionAs(
  username: string,
  { cluster, port, purpose }: { cluster: Cluster; port: number; purpose: Purpose },
): Promise<Session> {
  const { promise: closed, resolve: onclose } = Promise.withResolvers<void>();
  const sql = postgres({
    host: '127.0.0.1',
    port,
    database: 'postgres',
    username,
    password: cluster.password,
    ssl: false,
    max: 1,
    // By default the driver closes a connection after 30 to 60 minutes, and the lock would be lost with it.
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
      const [row] = await withTimeout(sql<
        { dataDirectory: string; hasDatabase: boolean; owner: string | null }[]
      >`
        select current_setting('data_directory') as "dataDirectory",
          exists (select from pg_database where datname = 'paydeck') as "hasDatabase",
          (select application_name from pg_locks join pg_stat_activity using (pid)
            where locktype = 'advisory' and granted
              and classid = ${lockClass} and objid = ${lockId} and objsubid = 2) as "owner"`);
      if (row === undefined) throw new Error('PostgreSQL answered without a row.');
      return { ...row, owner: parseOwner(row.owner) };
    },
    async tryLock() {
      const [row] = await withTimeout(
        sql<{ locked: boolean }[]>`select pg_try_advisory_lock(${lockClass}::int, ${lockId}::int) as locked`,
      );
      return row?.locked === true;
    },
    async prepare({ hasDatabase }) {
      if (username !== superuser)
        await replaceSuperuser({ port, password: cluster.password }, { hasDatabase });
      await ensureServerRole((statement) => withTimeout(sql.unsafe(statement)), cluster.password);
      if (!hasDatabase) await withTimeout(sql.unsafe(`create database ${serverRole} owner ${serverRole}`));
    },
  };
  try {
    await withTimeout(sql`select 1`);
    return session;
  } catch (error) {
    await end();
    throw error;
  }
}

async function withTimeout<T>(query: Promise<T>): Promise<T> {
  const timer = new AbortController();
  const limit = delay(queryTimeoutMs, undefined, { signal: timer.signal }).then(() => {
    throw new TransientError('PostgreSQL did not answer in time');
  });
  try {
    return await Promise.race([query, limit]);
  } finally {
    timer.abort();
  }
}

function parseOwner(applicationName: string | null): Owner | undefined {
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
  '57P01', // admin_shutdown: this backend was terminated
  '57P02', // crash_shutdown: another backend died, so all are restarted
  '57P03', // cannot_connect_now: starting up, recovering, or shutting down
  '53300', // too_many_connections
]);

/** Whether the same attempt may succeed when it is repeated. */
export function isTransient(error: unknown): boolean {
  return error instanceof TransientError || transientCodes.has(errorCode(error) ?? '');
}

/** Whether PostgreSQL is starting, recovering after a crash, or shutting down. */
export function isNotYetReady(error: unknown): boolean {
  return errorCode(error) === '57P03';
}

/** An error that tells the operator what to do about a wrong password; any other error as it is. */
export function explainRefusal(error: unknown, cluster: Cluster): unknown {
  if (errorCode(error) !== invalidPassword) return error;
  return new EmbeddedPostgresError(
    `The password in ${cluster.dataDir}/postgres-password is not the password of the database in ${cluster.dir}. ` +
      'Restore the file from a backup, or set DATA_DIR to another folder.',
    { cause: error },
  );
}
