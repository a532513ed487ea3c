import type { Database, OnQuery } from '@paydeck/db/connection';
import { startEmbeddedPostgres } from '@paydeck/embedded-postgres';
import type { Config } from '../config/config.ts';

/**
 * Opens the database of `DATABASE_URL`, or starts the embedded one, which `close` stops again. `onSpawn` is called when the
 * embedded one has been spawned and is starting.
 */
export async function openConfiguredDatabase(
  config: Pick<Config, 'databaseUrl' | 'dataDir'>,
  {
    purpose,
    log,
    onQuery,
    onSpawn,
  }: {
    purpose: 'serve' | 'task';
    log(message: string): void;
    onQuery?: OnQuery | undefined;
    onSpawn?: (() => void) | undefined;
  },
): Promise<Database> {
  const { databaseUrl, dataDir } = config;
  if (databaseUrl !== null) return (await databaseModule()).openDatabase({ url: databaseUrl, onQuery });
  const postgres = await startEmbeddedPostgres({ dataDir, purpose, log, onSpawn });
  const { openDatabase } = await databaseModule();
  const db = openDatabase({ url: postgres.url, onQuery });
  return {
    ...db,
    close: async () => {
      await db.close();
      await postgres.stop();
    },
  };
}

/** Loaded late, since loading it first would delay the start of the embedded PostgreSQL. */
const databaseModule = () => import('@paydeck/db/connection');
