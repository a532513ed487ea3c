import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openDatabase } from '@paydeck/db/connection';
import { migrateDatabase } from '@paydeck/db/migrate';
import { startEmbeddedPostgres } from '@paydeck/embedded-postgres';
import postgres from 'postgres';

export type BenchPostgres = AsyncDisposable & {
  /** Creates an empty, migrated database. Resolves to its URL. */
  createDatabase(name: string): Promise<string>;
  /** Creates a database without tables, or a copy of `template`, to which nobody may be connected. Resolves to its URL. */
  createRawDatabase(name: string, template?: string): Promise<string>;
  renameDatabase(name: string, newName: string): Promise<void>;
  /** Does nothing when there is no such database. Ends all connections to it. */
  dropDatabase(name: string): Promise<void>;
  databaseNames(): Promise<string[]>;
  urlOf(name: string): string;
};

/** Starts a PostgreSQL with the settings of `pnpm start` (fsync on) in a temporary folder, which is removed with it. */
export async function startTemporaryPostgres(): Promise<BenchPostgres> {
  const dataDir = await mkdtemp(join(tmpdir(), 'paydeck-bench-'));
  const remove = () => rm(dataDir, { recursive: true, force: true });
  const started = await startKeptPostgres(dataDir).catch(async (error: unknown) => {
    await remove();
    throw error;
  });
  return {
    ...started,
    [Symbol.asyncDispose]: async () => {
      await started[Symbol.asyncDispose]();
      await remove();
    },
  };
}

/** Starts a PostgreSQL with the settings of `pnpm start` on the data in this folder, which stays. */
export async function startKeptPostgres(dataDir: string): Promise<BenchPostgres> {
  const { superuserUrl: adminUrl, stop } = await startEmbeddedPostgres({
    dataDir,
    purpose: 'serve',
    log: () => {},
  });
  const urlOf = (name: string) => {
    const url = new URL(adminUrl);
    url.pathname = `/${name}`;
    return url.href;
  };
  const asAdmin = async <Result>(work: (admin: postgres.Sql) => Promise<Result>): Promise<Result> => {
    const admin = postgres(adminUrl, { max: 1, onnotice: () => {} });
    try {
      return await work(admin);
    } finally {
      await admin.end();
    }
  };
  const createRawDatabase = async (name: string, template = 'template1') => {
    await asAdmin((admin) => admin`create database ${admin(name)} template ${admin(template)}`);
    return urlOf(name);
  };
  return {
    urlOf,
    createRawDatabase,
    createDatabase: async (name) => {
      const url = await createRawDatabase(name);
      const db = openDatabase({ url });
      await migrateDatabase(db);
      await db.close();
      return url;
    },
    renameDatabase: async (name, newName) => {
      await asAdmin((admin) => admin`alter database ${admin(name)} rename to ${admin(newName)}`);
    },
    dropDatabase: async (name) => {
      await asAdmin((admin) => admin`drop database if exists ${admin(name)} with (force)`);
    },
    databaseNames: () =>
      asAdmin(async (admin) => {
        const rows = await admin<{ datname: string }[]>`select datname from pg_database`;
        return rows.map(({ datname }) => datname);
      }),
    [Symbol.asyncDispose]: stop,
  };
}
