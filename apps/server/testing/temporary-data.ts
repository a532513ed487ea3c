import { readFileSync } from 'node:fs';
import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Database, openDatabase } from '@paydeck/db/connection';
import { endWithThisProcess } from '@paydeck/db/testing/end-with-this-process';
import { expect, vi } from 'vitest';

export type TemporaryData = AsyncDisposable & {
  dataDir: string;
  /** The process id of the embedded PostgreSQL, from its lock file. */
  postmasterPid(): number;
  /** Opens a separate connection, as superuser, to the database that a server runs in `dataDir`. */
  open(): Promise<OpenedData>;
};

type OpenedData = AsyncDisposable & {
  db: Database;
  /** Ends the backends of all other connections to the database and returns their number. */
  endOtherConnections(): Promise<number>;
};

const applicationName = 'fault test';

/** Makes a DATA_DIR for embedded servers. Disposal ends a PostgreSQL that still runs there and removes the folder. */
export async function temporaryData(): Promise<TemporaryData> {
  const dataDir = await mkdtemp(join(tmpdir(), 'paydeck-faults-'));
  // Under root, PostgreSQL runs as another user, who must be able to enter the folder.
  await chmod(dataDir, 0o755);
  const lockFile = join(dataDir, 'postgres', 'postmaster.pid');
  const registered = [{ cluster: join(dataDir, 'postgres') }, { folder: dataDir }].map(endWithThisProcess);
  const lockLine = (n: number) => Number(readFileSync(lockFile, 'utf8').split('\n')[n]);
  return {
    dataDir,
    postmasterPid: () => lockLine(0),
    open: async () => {
      const password = (await readFile(join(dataDir, 'postgres-password'), 'utf8')).trim();
      const url = `postgres://postgres:${password}@127.0.0.1:${lockLine(3)}/paydeck`;
      const db = openDatabase({ url, maxConnections: 1, applicationName });
      return {
        db,
        endOtherConnections: () => endOtherConnections(db),
        [Symbol.asyncDispose]: () => db.close(),
      };
    },
    [Symbol.asyncDispose]: async () => {
      const pid = await readFile(lockFile, 'utf8').then(
        (text) => Number.parseInt(text, 10),
        () => undefined,
      );
      if (pid !== undefined && isAlive(pid)) {
        process.kill(pid, 'SIGKILL');
        await ended(pid);
      }
      await rm(dataDir, { recursive: true, force: true, maxRetries: 50, retryDelay: 20 });
      for (const forget of registered) forget();
    },
  };
}

/**
 * Ends the backends of all connections to a database whose application name differs from that of `db`, and returns their
 * number. The servers' application name must differ.
 */
export async function endOtherConnections(db: Database): Promise<number> {
  const [row] = await db.orm.execute(`
    select count(pg_terminate_backend(pid)) as ended from pg_stat_activity
    where datname = current_database() and application_name <> current_setting('application_name')`);
  return Number(row?.ended);
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** Waits until the process has ended. */
export async function ended(pid: number): Promise<void> {
  await vi.waitFor(() => expect(isAlive(pid)).toBe(false), { interval: 10, timeout: 20_000 });
}
