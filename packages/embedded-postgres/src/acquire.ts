import { setTimeout as delay } from 'node:timers/promises';
import type { Cluster } from './cluster.ts';
import { EmbeddedPostgresError, errorText } from './embedded-postgres-error.ts';
import { findFreePort } from './free-port.ts';
import { isAlive, readLockFile, removeStaleLockFile } from './lock-file.ts';
import { type Postmaster, spawnPostmaster } from './postmaster.ts';
import {
  explainRefusal,
  isNotYetReady,
  isTransient,
  type Owner,
  openSession,
  type Purpose,
  type Session,
} from './session.ts';

export type Owned = { outcome: 'owned'; pid: number; port: number; session: Session };
type OwnedByOther = { outcome: 'owned-by-other'; port: number; owner: Owner };

export type AcquireOptions = {
  purpose: Purpose;
  /**
   * Set by an owner that lost its connection, or whose PostgreSQL died. It gets the same port again, and does not wait before
   * it takes PostgreSQL back.
   */
  previous?: { pid: number; port: number };
  isCancelled(): boolean;
  onSpawn(pid: number): void;
  log(message: string): void;
};

const pollMs = 20;
const timeoutMs = 60_000;
const noticeIntervalMs = 5_000;

/**
 * How long to wait before taking over a PostgreSQL that seems abandoned. An owner that is alive, but whose connection was
 * cut or whose PostgreSQL was killed, takes it back in a fraction of this time.
 */
const takeoverDelayMs = 500;

/**
 * Finds or starts PostgreSQL on the cluster, and tries to become its owner. The owner is the process whose session holds
 * an advisory lock. PostgreSQL releases the lock when the process dies, so nothing stale is left behind.
 * If another process is the owner and the purpose is `task`, the database is ready for use.
 * Rejects with an EmbeddedPostgresError when PostgreSQL does not start, or is not ready within 60 s. The time starts again
 * while PostgreSQL recovers from a crash.
 */
export async function acquire(cluster: Cluster, options: AcquireOptions): Promise<Owned | OwnedByOther> {
  const { purpose, previous, log } = options;
  let deadline = performance.now() + timeoutMs;
  let nextNotice = performance.now() + noticeIntervalMs;
  let failedStarts = 0;
  let lastProblem = 'it is not ready';
  let child: Postmaster | undefined;

  while (performance.now() < deadline) {
    if (options.isCancelled()) throw new EmbeddedPostgresError('The embedded PostgreSQL is being stopped.');
    const file = await readLockFile(cluster.dir);
    if (file.state === 'running') {
      const isOurs = file.pid === child?.pid || file.pid === previous?.pid;
      try {
        const result = await tryToOwn(cluster, file, purpose, isOurs);
        if (result !== undefined) return result;
      } catch (error) {
        if (!isTransient(error)) throw explainRefusal(error, cluster);
        lastProblem = errorText(error);
        if (isNotYetReady(error)) deadline = performance.now() + timeoutMs;
      }
    } else if (child?.hasExited()) {
      lastProblem = await child.logTail();
      failedStarts += 1;
      if (!isTransientStartFailure(lastProblem))
        throw new EmbeddedPostgresError(`PostgreSQL does not start:\n${lastProblem}`);
      child = undefined;
      await delay(Math.min(100 * 2 ** failedStarts, 2_000));
    } else if (child === undefined && file.state !== 'incomplete') {
      const canStart = file.state === 'absent' || (await clearStaleLockFile(cluster, previous !== undefined));
      if (canStart) {
        child = await spawnPostmaster(cluster, previous?.port ?? (await findFreePort()));
        options.onSpawn(child.pid);
      }
    }
    if (performance.now() > nextNotice) {
      log(`Waiting for PostgreSQL: ${lastProblem}`);
      nextNotice += noticeIntervalMs;
    }
    await delay(pollMs);
  }
  throw new EmbeddedPostgresError(
    `PostgreSQL was not ready within ${timeoutMs / 1000} s: ${lastProblem}\nIts log is ${cluster.logFile}.`,
  );
}

/** Whether a later start may succeed: the port or the lock file was taken, or backends of a killed postmaster still run. */
function isTransientStartFailure(log: string): boolean {
  return /lock file|in use/i.test(log);
}

/** False when another process was faster. */
async function clearStaleLockFile(cluster: Cluster, isPreviousOwner: boolean): Promise<boolean> {
  if (!isPreviousOwner) {
    await delay(takeoverDelayMs);
    if ((await readLockFile(cluster.dir)).state !== 'stale') return false;
  }
  await removeStaleLockFile(cluster.dir);
  return true;
}

/** Undefined when the caller should try again. Rejects with the driver's error when PostgreSQL is not ready. */
async function tryToOwn(
  cluster: Cluster,
  { pid, port }: { pid: number; port: number },
  purpose: Purpose,
  isOurs: boolean,
): Promise<Owned | OwnedByOther | undefined> {
  const session = await openSession(cluster, port, purpose);
  let isOwned = false;
  try {
    const { dataDirectory, hasDatabase, owner } = await session.inspect();
    if (dataDirectory !== cluster.dir) return undefined;
    if (owner !== undefined) {
      // The owner was killed, and PostgreSQL has not noticed it yet.
      if (!(await isAlive(owner.pid))) return undefined;
      const isReady = purpose === 'serve' || hasDatabase;
      return isReady ? { outcome: 'owned-by-other', port, owner } : undefined;
    }
    if (!isOurs) await delay(takeoverDelayMs);
    if (!(await session.tryLock())) return undefined;
    await session.prepare({ hasDatabase });
    isOwned = true;
    return { outcome: 'owned', pid, port, session };
  } finally {
    if (!isOwned) await session.end();
  }
}
