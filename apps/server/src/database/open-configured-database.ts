import { type Database, openDatabase } from '@paydeck/db/connection';
import { startEmbeddedPostgres } from '@paydeck/embedded-postgres';
import type { Config } from '../config/config.ts';

/** Opens the database of `DATABASE_URL`, or starts the embedded one, which `close` stops again. */
export async function openConfiguredDatabase(
  config: Pick<Config, 'databaseUrl' | 'dataDir'>,
  { purpose, log }: { purpose: 'serve' | 'task'; log(message: string): void },
): Promise<Database> {
  if (config.databaseUrl !== null) return openDatabase({ url: config.databaseUrl });
  const postgres = await startEmbeddedPostgres({ dataDir: config.dataDir, purpose, log });
  const db = openDatabase({ url: postgres.url });
  return {
    ...db,
    close: async () => {
      await db.close();
      await postgres.stop();
    },
  };
}
