import type { Database, OnQuery } from '@paydeck/db/connection';
import { startEmbeddedPostgres } from '@paydeck/embedded-postgres';
import type { Config } from '../config.ts';

/**
 * Opens the database of `DATABASE_URL`, or starts the embedded one, which `close` stops again. `onSpawn` is called when the
 * embedded one has been spawned and is starting.
 */
export async function openConfiguredDatabase(
  config: Pick<Config, 'databaseUrl' | 'databasePooler' | 'dataDir' | 'longReadTimeoutMs' | 'maxWaitMs'>,
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
  const { databaseUrl, databasePooler, dataDir, longReadTimeoutMs, maxWaitMs } = config;
  const openAt = async (url: string) => {
    // Loaded late, since loading it first would delay the start of PostgreSQL.
    const { openDatabase, throughPooler } = await import('@paydeck/db/connection');
    const pooledUrl = databasePooler === null ? url : throughPooler(url, databasePooler);
    return openDatabase({ url: pooledUrl, longReadTimeoutMs, maxWaitMs, onQuery });
  };
  if (databaseUrl !== null) return openAt(databaseUrl);
  const postgres = await startEmbeddedPostgres({ dataDir, purpose, log, onSpawn });
  const db = await openAt(postgres.url);
  return {
    ...db,
    close: async () => {
      await db.close();
      await postgres.stop();
    },
  };
}
