import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { acquire, type Owned } from './acquire.ts';
import type { Cluster } from './cluster.ts';
import { errorText } from './embedded-postgres-error.ts';
import { lockFilePath } from './lock-file.ts';
import { signalPostmaster, stopPostmaster } from './postmaster.ts';
import type { Purpose, Session } from './session.ts';

const longestPauseMs = 5_000;

/**
 * Keeps PostgreSQL running, and owned by this process, until the returned function is called, which stops it. It watches
 * the owner's session, which ends when its backend or the postmaster is killed.
 */
export function keepOwning(
  cluster: Cluster,
  first: Owned,
  purpose: Purpose,
  log: (message: string) => void,
): () => Promise<void> {
  const { port } = first;
  let session: Session = first.session;
  /** The postmaster that this process must stop. Undefined while another process is the owner. */
  let pid: number | undefined = first.pid;
  let isStopping = false;
  let isRegaining = false;
  let stopped: Promise<void> | undefined;
  const wake = new AbortController();
  const signalAtExit = () => {
    if (pid !== undefined && isStillPostmaster(pid, cluster)) signalPostmaster(pid, 'SIGINT');
  };
  process.once('exit', signalAtExit);
  const watching = watch();

  return () => {
    stopped ??= stop();
    return stopped;
  };

  async function stop(): Promise<void> {
    isStopping = true;
    wake.abort();
    if (isRegaining) await watching;
    // The session ends last: until PostgreSQL has exited, its lock keeps others from taking PostgreSQL over.
    if (pid !== undefined) await stopPostmaster(pid, cluster.dir, log);
    await session.end();
    await watching;
    process.off('exit', signalAtExit);
  }

  async function watch(): Promise<void> {
    while (!isStopping) {
      await session.closed;
      isRegaining = true;
      await session.end();
      // No pause before the first attempt: another process may conclude that PostgreSQL is abandoned (takeoverDelayMs).
      for (let failures = 0; !isStopping && !(await regain()); failures++) {
        await pause(Math.min(100 * 2 ** failures, longestPauseMs));
      }
      isRegaining = false;
    }
  }

  async function regain(): Promise<boolean> {
    try {
      const previous = { pid: pid ?? 0, port };
      const acquired = await acquire(cluster, {
        purpose,
        previous,
        isCancelled: () => isStopping,
        onSpawn,
        log,
      });
      if (acquired.outcome === 'owned' && acquired.port !== port) {
        // Another process owned PostgreSQL for a time and left it on another port. Our clients know the first port, so the
        // next attempt starts PostgreSQL there.
        await stopPostmaster(acquired.pid, cluster.dir, log);
        await acquired.session.end();
        return false;
      }
      if (acquired.outcome === 'owned') {
        ({ pid, session } = acquired);
        if (pid === previous.pid) log('The connection that owns PostgreSQL was lost, and is back.');
        else log(`PostgreSQL runs again, on the same port (process ${pid}).`);
        return true;
      }
      pid = undefined;
      log(`PostgreSQL now belongs to another process (${acquired.owner.pid}). Stop one of the two.`);
    } catch (error) {
      if (!isStopping) log(`PostgreSQL can't be started again yet: ${errorText(error)}`);
    }
    return false;
  }

  function onSpawn(spawnedPid: number): void {
    pid = spawnedPid;
    log(`PostgreSQL died. Starting it again (process ${spawnedPid}).`);
  }

  async function pause(ms: number): Promise<void> {
    await delay(ms, undefined, { signal: wake.signal }).catch(() => undefined);
  }
}

/** Reads the lock file synchronously, because nothing asynchronous runs any more when the process exits. */
function isStillPostmaster(pid: number, cluster: Cluster): boolean {
  try {
    return readFileSync(lockFilePath(cluster.dir), 'utf8').startsWith(`${pid}\n`);
  } catch {
    return false;
  }
}
