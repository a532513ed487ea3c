import { readFileSync } from 'node:fs';
import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Database, openDatabase } from '@paydeck/db/connection';
import { expect, vi } from 'vitest';

export type TemporaryData = AsyncDisposable & {
  dataDir: string;
  /** The process of its PostgreSQL, as its lock file names it. */
  postmasterPid(): number;
  /** Connections of our own, as superuser, to the database that a server runs in there. */
  open(): Promise<OpenedData>;
};

type OpenedData = AsyncDisposable & {
  db: Database;
  /** Ends the backends of all connections to the database but ours; gives their number. */
  endOtherConnections(): Promise<number>;
};

const ownName = 'fault test';

/** A DATA_DIR for embedded servers; at the end it is removed, with a PostgreSQL that was left running in it. */
export async function temporaryData(): Promise<TemporaryData> {
  const dataDir = await mkdtemp(join(tmpdir(), 'paydeck-faults-'));
  // PostgreSQL runs as another user when we are root.
  await chmod(dataDir, 0o755);
  const lockFile = join(dataDir, 'postgres', 'postmaster.pid');
  const lockLine = (n: number) => Number(readFileSync(lockFile, 'utf8').split('\n')[n]);
  return {
    dataDir,
    postmasterPid: () => lockLine(0),
    open: async () => {
      const password = (await readFile(join(dataDir, 'postgres-password'), 'utf8')).trim();
      const url = `postgres://paydeck:${password}@127.0.0.1:${lockLine(3)}/paydeck`;
      const db = openDatabase({ url, maxConnections: 1, applicationName: ownName });
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
    },
  };
}

/**
 * Ends the backends of all connections to a database but those of the same application name, which must not be the
 * servers'; gives their number.
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

/** Waits until the process is gone. */
export async function ended(pid: number): Promise<void> {
  await vi.waitFor(() => expect(isAlive(pid)).toBe(false), { interval: 10, timeout: 20_000 });
}
