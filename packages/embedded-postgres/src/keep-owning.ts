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
 * Keeps PostgreSQL running, and ours, until the returned function is called, which stops it. The session is the one
 * sign to watch: it ends when a backend is killed, and when the postmaster is (its backends leave at once).
 */
export function keepOwning(
  cluster: Cluster,
  first: Owned,
  purpose: Purpose,
  log: (message: string) => void,
): () => Promise<void> {
  const { port } = first;
  let session: Session = first.session;
  /** What we have to end. Undefined while another process owns PostgreSQL. */
  let pid: number | undefined = first.pid;
  let isStopping = false;
  let isRegaining = false;
  const wake = new AbortController();
  const killAtExit = () => {
    if (pid !== undefined && isStillPostmaster(pid, cluster)) signalPostmaster(pid, 'SIGINT');
  };
  process.once('exit', killAtExit);
  const watching = watch();

  return async () => {
    isStopping = true;
    wake.abort();
    // Ending PostgreSQL before the session keeps the lock to the last: nobody can take over what is about to go.
    if (isRegaining) await watching;
    if (pid !== undefined) await stopPostmaster(pid, cluster.dir, log);
    await session.end();
    await watching;
    process.off('exit', killAtExit);
  };

  async function watch(): Promise<void> {
    while (!isStopping) {
      await session.closed;
      isRegaining = true;
      await session.end();
      // The first try comes at once: meanwhile a newcomer may take PostgreSQL for abandoned (see acquire).
      for (let failures = 0; !isStopping && !(await regain()); failures++) {
        await pause(Math.min(100 * 2 ** failures, longestPauseMs));
      }
      isRegaining = false;
    }
  }

  async function regain(): Promise<boolean> {
    try {
      const former = { pid: pid ?? 0, port };
      const acquired = await acquire(cluster, {
        purpose,
        former,
        isCancelled: () => isStopping,
        onSpawn,
        log,
      });
      if (acquired.outcome === 'owned' && acquired.port !== port) {
        // Left by another process that owned it meanwhile. Our clients know the old port: start it again on that one.
        await stopPostmaster(acquired.pid, cluster.dir, log);
        await acquired.session.end();
        return false;
      }
      if (acquired.outcome === 'owned') {
        ({ pid, session } = acquired);
        if (pid === former.pid) log('The connection that owns PostgreSQL was cut, and is back.');
        else log(`PostgreSQL was gone: it runs again, on the same port (process ${pid}).`);
        return true;
      }
      pid = undefined;
      log(`PostgreSQL now belongs to another process (${acquired.holder.pid}). Stop one of the two.`);
    } catch (error) {
      if (!isStopping) log(`PostgreSQL can't be brought back yet: ${errorText(error)}`);
    }
    return false;
  }

  function onSpawn(spawnedPid: number): void {
    pid = spawnedPid;
    log(`PostgreSQL died: starting it again (process ${spawnedPid}).`);
  }

  async function pause(ms: number): Promise<void> {
    await delay(ms, undefined, { signal: wake.signal }).catch(() => undefined);
  }
}

/** At exit nothing asynchronous runs any more; the lock file tells whether the pid is still PostgreSQL's. */
function isStillPostmaster(pid: number, cluster: Cluster): boolean {
  try {
    return readFileSync(lockFilePath(cluster.dir), 'utf8').startsWith(`${pid}\n`);
  } catch {
    return false;
  }
}
