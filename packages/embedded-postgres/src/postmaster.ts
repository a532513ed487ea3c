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
  /** The last 2,000 characters that this postmaster wrote to the log. */
  logTail(): Promise<string>;
};

/**
 * Starts PostgreSQL on 127.0.0.1 and does not wait until it is ready: it may still refuse to run. It runs detached, so
 * that a terminal's Ctrl-C does not reach it before `stopPostmaster` does.
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
    // Clients report their own failed statements. In this file, those would take up space and reveal payments.
    'log_min_messages=log',
    'log_min_error_statement=panic',
    'log_checkpoints=off',
    'lc_messages=C',
  ];
}

async function rotateLog(logFile: string): Promise<void> {
  const size = (await stat(logFile).catch(() => undefined))?.size ?? 0;
  // Two processes may rotate it at the same time. One of them succeeds.
  if (size > logLimitBytes) await rename(logFile, `${logFile}.1`).catch(() => undefined);
}

/**
 * Stops the cluster's postmaster and waits until it has exited. First a fast shutdown: open transactions roll back and a
 * checkpoint is written. After 30 s an immediate one, which is safe too: the next start recovers from the WAL.
 */
export async function stopPostmaster(
  pid: number,
  clusterDir: string,
  log: (message: string) => void,
): Promise<void> {
  if (await exitsOn('SIGINT', fastShutdownMs)) return;
  log(`PostgreSQL (process ${pid}) did not stop within ${fastShutdownMs / 1000} s. Stopping it immediately.`);
  if (await exitsOn('SIGQUIT', immediateShutdownMs)) return;
  throw new EmbeddedPostgresError(`PostgreSQL (process ${pid}) does not stop. Kill that process.`);

  async function exitsOn(signal: NodeJS.Signals, timeoutMs: number): Promise<boolean> {
    if (!(await isPostmasterOf(pid, clusterDir))) return true;
    signalPostmaster(pid, signal);
    const deadline = performance.now() + timeoutMs;
    while (performance.now() < deadline) {
      if (!(await isPostmasterOf(pid, clusterDir))) return true;
      await delay(10);
    }
    return false;
  }
}

/** Sends the signal, unless the process has ended. */
export function signalPostmaster(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if (errorCode(error) !== 'ESRCH') throw error;
  }
}
