import { execFile } from 'node:child_process';
import { readFile, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { errorCode } from './embedded-postgres-error.ts';

/** What `postmaster.pid` says about a cluster. `stale`: its process is gone, or its pid is now another program's. */
export type LockFile =
  | { state: 'absent' | 'incomplete' | 'stale' }
  | { state: 'running'; pid: number; port: number };

/** PostgreSQL writes the file in one go; one that stays incomplete is what a full disk or a power cut left. */
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
    const isLeftover = written !== undefined && Date.now() - written.mtimeMs > incompleteLimitMs;
    return { state: isLeftover ? 'stale' : 'incomplete' };
  }
  return (await isPostmasterOf(pid, clusterDir)) ? { state: 'running', pid, port } : { state: 'stale' };
}

/**
 * Removes a stale lock file. PostgreSQL would do so itself for a dead pid, but it takes any living process of its user
 * for a postmaster: after a reboot such a one can hold the pid. (Should an orphaned backend still be at work, then
 * PostgreSQL's own check of the shared memory refuses the start, with or without the file.)
 */
export async function removeStaleLockFile(clusterDir: string): Promise<void> {
  const isStillStale = (await readLockFile(clusterDir)).state === 'stale';
  if (isStillStale) await rm(lockFilePath(clusterDir), { force: true });
}

export function lockFilePath(clusterDir: string): string {
  return path.join(clusterDir, 'postmaster.pid');
}

/** Whether the process lives and is the postmaster of this cluster, judged by its command line (see spawnPostmaster). */
export async function isPostmasterOf(pid: number, clusterDir: string): Promise<boolean> {
  return (await isAlive(pid)) && (await commandLine(pid)).includes(`postgres -D ${clusterDir} `);
}

/** False for a zombie too: under an init that never reaps, a dead orphan keeps its pid for ever. */
export async function isAlive(pid: number): Promise<boolean> {
  try {
    process.kill(pid, 0);
  } catch (error) {
    // EPERM: it lives, but as another user.
    return errorCode(error) === 'EPERM';
  }
  if (process.platform !== 'linux') return true;
  const status = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  const state = /\) (\w)/.exec(status.slice(status.lastIndexOf(')')))?.[1];
  return state !== undefined && state !== 'Z' && state !== 'X';
}

// The command line is readable for every user; /proc/<pid>/cwd would need CAP_SYS_PTRACE, which containers lack.
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
