import { setTimeout as delay } from 'node:timers/promises';
import type { Cluster } from './cluster.ts';
import { EmbeddedPostgresError, errorText } from './embedded-postgres-error.ts';
import { findFreePort } from './free-port.ts';
import { type LockFile, readLockFile, removeStaleLockFile } from './lock-file.ts';
import { type Postmaster, spawnPostmaster } from './postmaster.ts';
import {
  explain,
  type Holder,
  isNotYetReady,
  isTransient,
  openSession,
  type Purpose,
  type Session,
} from './session.ts';

export type Owned = { outcome: 'owned'; pid: number; port: number; session: Session };
type Held = { outcome: 'held'; port: number; holder: Holder };

export type Wish = {
  purpose: Purpose;
  /** Given by an owner that lost its connection or its PostgreSQL: it wants the same port, and has precedence. */
  former?: { pid: number; port: number };
  isCancelled(): boolean;
  onSpawn(pid: number): void;
  log(message: string): void;
};

const pollMs = 20;
const limitMs = 60_000;
const noticeMs = 5_000;

/**
 * How long a newcomer waits before it takes over what seems abandoned. A living owner whose connection was cut or whose
 * PostgreSQL was killed is back within a fraction of it.
 */
const formerOwnersTurnMs = 500;

/**
 * Gets a running PostgreSQL on the cluster, started if need be, and tries for its ownership: an advisory lock that
 * lasts as long as the session, so a process that is killed gives it up and leaves nothing stale behind.
 * For a task `held` means that its database is ready to be used. Rejects with an EmbeddedPostgresError when PostgreSQL
 * does not run, or is not ready within 60 s (while it recovers from a crash, it has more).
 */
export async function acquire(cluster: Cluster, wish: Wish): Promise<Owned | Held> {
  let deadline = performance.now() + limitMs;
  let nextNotice = performance.now() + noticeMs;
  let refusals = 0;
  let lastProblem = 'it is not ready';
  let child: Postmaster | undefined;

  while (performance.now() < deadline) {
    if (wish.isCancelled()) throw new EmbeddedPostgresError('The embedded PostgreSQL is being stopped.');
    const file = await readLockFile(cluster.dir);
    if (file.state === 'running') {
      const isOurs = file.pid === child?.pid || file.pid === wish.former?.pid;
      try {
        const claimed = await claim(cluster, file, wish.purpose, isOurs);
        if (claimed !== undefined) return claimed;
      } catch (error) {
        if (!isTransient(error)) throw explain(error, cluster);
        lastProblem = errorText(error);
        if (isNotYetReady(error)) deadline = performance.now() + limitMs;
      }
    } else if (child?.hasExited()) {
      lastProblem = await child.logTail();
      refusals += 1;
      if (!isPassing(lastProblem))
        throw new EmbeddedPostgresError(`PostgreSQL does not start:\n${lastProblem}`);
      child = undefined;
      await delay(Math.min(100 * 2 ** refusals, 2_000));
    } else if (child === undefined && (await mayStart(cluster, file, wish))) {
      child = await spawnPostmaster(cluster, wish.former?.port ?? (await findFreePort()));
      wish.onSpawn(child.pid);
    }
    if (performance.now() > nextNotice) {
      wish.log(`Waiting for PostgreSQL: ${lastProblem}`);
      nextNotice += noticeMs;
    }
    await delay(pollMs);
  }
  throw new EmbeddedPostgresError(
    `PostgreSQL was not ready within ${limitMs / 1000} s: ${lastProblem}\nIts log is ${cluster.logFile}.`,
  );
}

/** A refusal to start that ends by itself: a port or a lock file taken in a race, backends of a killed postmaster. */
function isPassing(log: string): boolean {
  return /lock file|in use/i.test(log);
}

async function mayStart(cluster: Cluster, file: LockFile, wish: Wish): Promise<boolean> {
  if (file.state === 'incomplete') return false;
  if (file.state === 'absent') return true;
  if (wish.former === undefined) {
    await delay(formerOwnersTurnMs);
    if ((await readLockFile(cluster.dir)).state !== 'stale') return false;
  }
  await removeStaleLockFile(cluster.dir);
  return true;
}

/** Undefined when it is worth another try; rejects with the driver's error when PostgreSQL isn't ready. */
async function claim(
  cluster: Cluster,
  { pid, port }: { pid: number; port: number },
  purpose: Purpose,
  isOurs: boolean,
): Promise<Owned | Held | undefined> {
  const session = await openSession(cluster, port, purpose);
  let owned = false;
  try {
    const { dataDirectory, hasDatabase, holder } = await session.inspect();
    if (dataDirectory !== cluster.dir) return undefined;
    if (holder !== undefined) {
      const isUsable = purpose === 'serve' || hasDatabase;
      return isUsable ? { outcome: 'held', port, holder } : undefined;
    }
    if (!isOurs) await delay(formerOwnersTurnMs);
    if (!(await session.tryLock())) return undefined;
    if (!hasDatabase) await session.createDatabase();
    owned = true;
    return { outcome: 'owned', pid, port, session };
  } finally {
    if (!owned) await session.end();
  }
}
