import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openDatabase } from '@paydeck/db/connection';
import { migrateDatabase } from '@paydeck/db/migrate';
import { startEmbeddedPostgres } from '@paydeck/embedded-postgres';
import postgres from 'postgres';

export type TemporaryPostgres = AsyncDisposable & {
  /** Creates an empty, migrated database. Resolves to its URL. */
  createDatabase(name: string): Promise<string>;
};

/** Starts a PostgreSQL with the settings of `pnpm start` (fsync on) in a temporary folder, which is removed with it. */
export async function startTemporaryPostgres(): Promise<TemporaryPostgres> {
  const dataDir = await mkdtemp(join(tmpdir(), 'paydeck-bench-'));
  const remove = () => rm(dataDir, { recursive: true, force: true });
  const started = startEmbeddedPostgres({ dataDir, purpose: 'serve', log: () => {} });
  const { url: adminUrl, stop } = await started.catch(async (error: unknown) => {
    await remove();
    throw error;
  });
  return {
    createDatabase: async (name) => {
      const admin = postgres(adminUrl, { max: 1 });
      await admin`create database ${admin(name)}`;
      await admin.end();
      const url = new URL(adminUrl);
      url.pathname = `/${name}`;
      const db = openDatabase({ url: url.href });
      await migrateDatabase(db);
      await db.close();
      return url.href;
    },
    [Symbol.asyncDispose]: async () => {
      await stop();
      await remove();
    },
  };
}
