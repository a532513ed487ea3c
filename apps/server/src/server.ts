import type { Config } from './config.ts';
import { openConfiguredDatabase } from './database/open-configured-database.ts';
import { createLogger } from './log/logger.ts';
import type { RunningServer } from './serve.ts';

/**
 * Opens the database, and serves on it. Rejects with `StartError` or `EmbeddedPostgresError` when the operator can fix the
 * cause. `print` gets what the embedded PostgreSQL reports.
 */
export async function startServer(config: Config, print: (line: string) => void): Promise<RunningServer> {
  const log = createLogger(config.logLevel);
  const logsQueries = ['debug', 'trace'].includes(config.logLevel);
  const { promise: spawned, resolve: onSpawn } = Promise.withResolvers<void>();
  const opening = openConfiguredDatabase(config, {
    purpose: 'serve',
    log: print,
    onQuery: logsQueries ? (query) => log.debug(query, 'query') : undefined,
    onSpawn,
  });
  // The other modules are loaded while the embedded PostgreSQL starts. Loading them earlier would delay PostgreSQL.
  await Promise.race([spawned, opening]);
  const [db, { serve }] = await Promise.all([opening, import('./serve.ts')]);
  return serve(config, { db, log });
}
