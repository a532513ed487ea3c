import { setTimeout as delay } from 'node:timers/promises';
import type { Sql } from 'postgres';
import type { Database } from '../connection/open-database.ts';
import { SchemaError } from './schema-error.ts';

const lockId = 7_239_478_162;

export type LockWait = {
  /** Gets a sentence about the session that holds the lock: after `noticeMs`, and then again and again. */
  onWait?(notice: string): void;
  noticeMs?: number;
  /** The longest wait. A migration of a large database takes minutes, and other servers that start wait for it. */
  limitMs?: number;
};

const tryAgainMs = 200;
const repeatNotice = 6;

/**
 * Runs `work` on its own connection, under a lock. Other callers wait until it is done or its connection is lost. Rejects with
 * `SchemaError` when the lock is not free after `limitMs`.
 */
export async function withMigrationsLock<T>(
  db: Database,
  work: (client: Sql) => Promise<T>,
  { onWait = () => {}, noticeMs = 5_000, limitMs = 300_000 }: LockWait = {},
): Promise<T> {
  const client = db.dedicatedClient();
  const startedAt = performance.now();
  let nextNoticeMs = noticeMs;
  try {
    while (!(await tryLock(client))) {
      const waitedMs = performance.now() - startedAt;
      if (waitedMs > limitMs)
        throw new SchemaError(
          `The migrations must have their lock, and it was not free for ${seconds(limitMs)} s. ${await describeHolder(client)}`,
        );
      if (waitedMs > nextNoticeMs) {
        nextNoticeMs += repeatNotice * noticeMs;
        onWait(
          `Waiting for the lock of the migrations since ${seconds(waitedMs)} s. ${await describeHolder(client)}`,
        );
      }
      await delay(tryAgainMs);
    }
    return await work(client);
  } finally {
    await client.end({ timeout: 5 });
  }
}

async function tryLock(client: Sql): Promise<boolean> {
  const [row] = await client`select pg_try_advisory_lock(${lockId}) as locked`;
  return row?.locked === true;
}

/** The session that holds the lock, since when, and how to end it. */
async function describeHolder(client: Sql): Promise<string> {
  const [holder] = await client`
    select pid, application_name, coalesce(client_addr::text, 'this machine') as address, state,
           to_char(backend_start at time zone 'UTC', 'YYYY-MM-DD HH24:MI:SS') as connected_at,
           to_char(state_change at time zone 'UTC', 'YYYY-MM-DD HH24:MI:SS') as changed_at
    from pg_locks join pg_stat_activity using (pid)
    where locktype = 'advisory' and granted and objsubid = 1
      and database = (select oid from pg_database where datname = current_database())
      and (classid::bigint << 32) + objid::bigint = ${lockId}`;
  if (holder === undefined) return 'It has just become free.';
  const { pid, application_name: application, address, state, connected_at, changed_at } = holder;
  return (
    `Process ${pid} of PostgreSQL holds it (application "${application}" at ${address}). It connected at ${connected_at} UTC, ` +
    `and is ${state ?? 'in an unknown state'} since ${changed_at} UTC. If no other Paydeck migrates there, end that process: ` +
    `select pg_terminate_backend(${pid})`
  );
}

const seconds = (ms: number) => Math.round(ms / 1_000);
