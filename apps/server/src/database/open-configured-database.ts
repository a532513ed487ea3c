import { type Database, type OnQuery, openDatabase } from '@paydeck/db/connection';
import { startEmbeddedPostgres } from '@paydeck/embedded-postgres';
import type { Config } from '../config/config.ts';

/** Opens the database of `DATABASE_URL`, or starts the embedded one, which `close` stops again. */
export async function openConfiguredDatabase(
  config: Pick<Config, 'databaseUrl' | 'dataDir' | 'longReadTimeoutMs'>,
  {
    purpose,
    log,
    onQuery,
  }: { purpose: 'serve' | 'task'; log(message: string): void; onQuery?: OnQuery | undefined },
): Promise<Database> {
  const { databaseUrl, longReadTimeoutMs } = config;
  if (databaseUrl !== null) return openDatabase({ url: databaseUrl, longReadTimeoutMs, onQuery });
  const postgres = await startEmbeddedPostgres({ dataDir: config.dataDir, purpose, log });
  const db = openDatabase({ url: postgres.url, longReadTimeoutMs, onQuery });
  return {
    ...db,
    close: async () => {
      await db.close();
      await postgres.stop();
    },
  };
}
