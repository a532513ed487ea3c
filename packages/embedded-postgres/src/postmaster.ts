import { type ChildProcess, spawn } from 'node:child_process';
import { open, readFile, rename, stat } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import type { Cluster } from './cluster.ts';
import { EmbeddedPostgresError, errorCode, errorText } from './embedded-postgres-error.ts';
import { childEnvironment } from './launcher.ts';
import { isPostmasterOf } from './lock-file.ts';

const logLimitBytes = 1_000_000;
const fastShutdownMs = 30_000;
const immediateShutdownMs = 10_000;

/** A postmaster that this process started. */
export type Postmaster = {
  pid: number;
  hasExited(): boolean;
  /** What this postmaster wrote to the log, the last 2,000 characters. */
  logTail(): Promise<string>;
};

/**
 * Starts PostgreSQL on 127.0.0.1 and returns at once; it may yet refuse to run.
 * It gets a session of its own: a terminal's Ctrl-C must not reach it before our graceful stop does.
 */
export async function spawnPostmaster(cluster: Cluster, port: number): Promise<Postmaster> {
  await rotateLog(cluster.logFile);
  const log = await open(cluster.logFile, 'a', 0o600);
  try {
    const logStart = (await log.stat()).size;
    const settings = serverSettings(port).flatMap((setting) => ['-c', setting]);
    const { file, args, identity } = cluster.launcher.command(cluster.postgres, [
      '-D',
      cluster.dir,
      ...settings,
    ]);
    const child = spawn(file, args, {
      ...identity,
      cwd: '/',
      env: childEnvironment,
      detached: true,
      stdio: ['ignore', log.fd, log.fd],
    });
    const pid = await startedPid(child);
    child.unref();
    const logTail = async () =>
      (await readFile(cluster.logFile)).subarray(logStart).toString().slice(-2000).trim();
    return { pid, hasExited: () => child.exitCode !== null || child.signalCode !== null, logTail };
  } catch (cause) {
    throw new EmbeddedPostgresError(`PostgreSQL could not be started (${errorText(cause)}).`, { cause });
  } finally {
    await log.close();
  }
}

function startedPid(child: ChildProcess): Promise<number> {
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('spawn', () =>
      child.pid === undefined ? reject(new Error('no process id')) : resolve(child.pid),
    );
  });
}

function serverSettings(port: number): string[] {
  return [
    'listen_addresses=127.0.0.1',
    `port=${port}`,
    'unix_socket_directories=',
    'max_connections=200',
    'shared_buffers=128MB',
    'jit=off',
    'timezone=UTC',
    'log_timezone=UTC',
    // Failed statements are their client's to report: here they would only grow the file and show payments' data.
    'log_min_messages=log',
    'log_min_error_statement=panic',
    'log_checkpoints=off',
    'lc_messages=C',
  ];
}

async function rotateLog(logFile: string): Promise<void> {
  const size = (await stat(logFile).catch(() => undefined))?.size ?? 0;
  // Two that start at once may both try: one is enough.
  if (size > logLimitBytes) await rename(logFile, `${logFile}.1`).catch(() => undefined);
}

/**
 * Ends the cluster's postmaster and waits until it is gone: first a fast shutdown (open transactions roll back, a
 * checkpoint is written), after 30 s an immediate one (safe too: the next start recovers from the WAL).
 */
export async function stopPostmaster(
  pid: number,
  clusterDir: string,
  log: (message: string) => void,
): Promise<void> {
  if (await endsOn('SIGINT', fastShutdownMs)) return;
  log(`PostgreSQL (process ${pid}) has not stopped for ${fastShutdownMs / 1000} s: ending it at once.`);
  if (await endsOn('SIGQUIT', immediateShutdownMs)) return;
  throw new EmbeddedPostgresError(`PostgreSQL (process ${pid}) does not stop. End it by hand.`);

  async function endsOn(signal: NodeJS.Signals, patienceMs: number): Promise<boolean> {
    if (!(await isPostmasterOf(pid, clusterDir))) return true;
    signalPostmaster(pid, signal);
    const deadline = performance.now() + patienceMs;
    while (performance.now() < deadline) {
      if (!(await isPostmasterOf(pid, clusterDir))) return true;
      await delay(10);
    }
    return false;
  }
}

/** Sends the signal; one that is gone already is fine. */
export function signalPostmaster(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if (errorCode(error) !== 'ESRCH') throw error;
  }
}
