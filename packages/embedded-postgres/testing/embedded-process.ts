import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import postgres from 'postgres';
import { expect, vi } from 'vitest';
import { isAlive, readLockFile } from '../src/lock-file.ts';

/** The script that `launch` runs. */
export const processPath = fileURLToPath(new URL('./run-embedded.ts', import.meta.url));

type Line = {
  role?: string;
  url?: string;
  superuserUrl?: string;
  error?: string;
  message?: string;
  log?: string;
};

/** A folder that is removed at the end of the test. A PostgreSQL that still runs in it is killed first. */
export async function temporaryFolder(mode = 0o755) {
  const folder = await mkdtemp(path.join(tmpdir(), 'paydeck-embedded-'));
  await chmod(folder, mode);
  return {
    path: folder,
    async [Symbol.asyncDispose]() {
      await killPostmaster(folder);
      await rm(folder, { recursive: true, force: true, maxRetries: 50, retryDelay: 20 });
    },
  };
}

/** Starts PostgreSQL from a new process, and waits for the report of that process: its role, or its error. */
export async function launch(
  dataDir: string,
  purpose: 'serve' | 'task',
  user: { uid?: number; gid?: number } = {},
) {
  const child = spawn(process.execPath, [processPath, dataDir, purpose], {
    ...user,
    cwd: '/',
    stdio: 'pipe',
  });
  child.stdin.on('error', () => undefined);
  const exited = once(child, 'exit');
  const logs: string[] = [];
  let stderr = '';
  child.stderr.on('data', (chunk) => {
    stderr += chunk;
  });
  const report = await new Promise<Line>((resolve, reject) => {
    exited.then(() => reject(new Error(`The process ended without a report: ${stderr}`)), reject);
    createInterface(child.stdout).on('line', (text) => {
      const line: Line = JSON.parse(text);
      if (line.log === undefined) resolve(line);
      else logs.push(line.log);
    });
  });
  return {
    ...report,
    pid: child.pid ?? 0,
    logs,
    async stop() {
      child.stdin.end('stop\n');
      await exited;
    },
    async crash() {
      child.stdin.write('crash\n');
      await exited;
    },
    async kill() {
      child.kill('SIGKILL');
      await exited;
    },
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL');
      await exited;
    },
  };
}

/** The pid of the running postmaster of a data folder. */
export async function postmasterPid(dataDir: string): Promise<number | undefined> {
  const file = await readLockFile(path.join(dataDir, 'postgres'));
  return file.state === 'running' ? file.pid : undefined;
}

/** Kills the PostgreSQL that a failed test left running. */
export async function killPostmaster(dataDir: string): Promise<void> {
  const pid = await postmasterPid(dataDir);
  if (pid === undefined) return;
  process.kill(pid, 'SIGKILL');
  await waitForExit(pid);
}

/** Replaces the content of a file, or removes the file, until the end of the test. */
export async function replaceFile(file: string, content: string | undefined) {
  const original = await readFile(file, 'utf8');
  await (content === undefined ? rm(file) : writeFile(file, content));
  return { [Symbol.asyncDispose]: () => writeFile(file, original) };
}

/** Waits until the process has ended. */
export async function waitForExit(pid: number): Promise<void> {
  await vi.waitFor(async () => expect(await isAlive(pid)).toBe(false), { interval: 10, timeout: 30_000 });
}

/** Runs a query on a new connection, as an old one would not survive a restart of PostgreSQL. */
export async function query(url: string | undefined, text: string): Promise<Record<string, unknown>[]> {
  const sql = postgres(url ?? '', { max: 1, fetch_types: false, onnotice: () => undefined });
  try {
    return [...(await sql.unsafe(text))];
  } finally {
    await sql.end({ timeout: 0 });
  }
}
