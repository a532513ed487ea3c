import { execFile } from 'node:child_process';
import { readFile, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { errorCode } from './embedded-postgres-error.ts';

/** The state of a cluster by its `postmaster.pid`. `stale`: its process has ended, or its pid now belongs to another program. */
export type LockFile =
  | { state: 'absent' | 'incomplete' | 'stale' }
  | { state: 'running'; pid: number; port: number };

/** PostgreSQL writes the file in one step. A file that stays incomplete was left by a full disk or a power failure. */
const incompleteLimitMs = 5_000;

/** Reads the cluster's lock file, and checks that its process is alive and really is this cluster's postmaster. */
export async function readLockFile(clusterDir: string): Promise<LockFile> {
  const file = lockFilePath(clusterDir);
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    if (errorCode(error) === 'ENOENT') return undefined;
    throw error;
  });
  if (text === undefined) return { state: 'absent' };
  const [pidText, , , portText] = text.split('\n');
  const pid = Number(pidText);
  const port = Number(portText);
  if (!(pid > 0 && port > 0)) {
    const written = await stat(file).catch(() => undefined);
    const isStale = written !== undefined && Date.now() - written.mtimeMs > incompleteLimitMs;
    return { state: isStale ? 'stale' : 'incomplete' };
  }
  return (await isPostmasterOf(pid, clusterDir)) ? { state: 'running', pid, port } : { state: 'stale' };
}

/**
 * Removes a stale lock file. PostgreSQL removes it itself when no process has the pid. But it assumes that any process of its
 * user is a postmaster, and after a reboot another program may have the pid. Removing the file is safe: if a backend of
 * the old postmaster still runs, PostgreSQL finds its shared memory and refuses to start.
 */
export async function removeStaleLockFile(clusterDir: string): Promise<void> {
  const isStillStale = (await readLockFile(clusterDir)).state === 'stale';
  if (isStillStale) await rm(lockFilePath(clusterDir), { force: true });
}

export function lockFilePath(clusterDir: string): string {
  return path.join(clusterDir, 'postmaster.pid');
}

/** Whether the process is alive and is the postmaster of this cluster, by its command line (see spawnPostmaster). */
export async function isPostmasterOf(pid: number, clusterDir: string): Promise<boolean> {
  return (await isAlive(pid)) && (await commandLine(pid)).includes(`postgres -D ${clusterDir} `);
}

/** False for a zombie: under an init process that reaps no children, a dead orphan keeps its pid. */
export async function isAlive(pid: number): Promise<boolean> {
  try {
    process.kill(pid, 0);
  } catch (error) {
    // EPERM: the process is alive and belongs to another user.
    return errorCode(error) === 'EPERM';
  }
  if (process.platform !== 'linux') return true;
  const status = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  const state = /\) (\w)/.exec(status.slice(status.lastIndexOf(')')))?.[1];
  return state !== undefined && state !== 'Z' && state !== 'X';
}

// Every user can read the command line. /proc/<pid>/cwd would need CAP_SYS_PTRACE, which containers lack.
async function commandLine(pid: number): Promise<string> {
  if (process.platform === 'linux') {
    const raw = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
    return raw.replaceAll('\0', ' ');
  }
  const { stdout } = await promisify(execFile)('ps', ['-ww', '-p', String(pid), '-o', 'command=']).catch(
    () => ({
      stdout: '',
    }),
  );
  return stdout;
}
