import { fileURLToPath } from 'node:url';
import type { Sql } from 'postgres';
import { createQueries } from '../connection/drizzle-queries.ts';
import type { Database } from '../connection/open-database.ts';
import {
  type ExponentDifference,
  selectExponentDifferences,
} from '../currencies/select-exponent-differences.ts';
import { storeExponents } from '../currencies/store-exponents.ts';
import { applyMigrations, readMigrationFiles, sql } from '../drizzle.ts';
import { type LockWait, withMigrationsLock } from './migrations-lock.ts';
import { SchemaError } from './schema-error.ts';

export const migrationsFolder = fileURLToPath(new URL('../../migrations', import.meta.url));

/**
 * Migrates the database to the schema of this server. If several servers start at the same time, one migrates and the others
 * wait, and say for whom.
 * Rejects with `SchemaError` when the database is newer than this server, older than PostgreSQL 15, or not in UTF-8, or
 * when it stores amounts with other decimals than this server expects, or when it can't get the lock.
 */
export async function migrateDatabase(db: Database, wait: LockWait = {}): Promise<{ applied: number }> {
  const migrate = async (client: Sql) => {
    const [server] = await client`
      select current_setting('server_version_num')::int as version, current_setting('server_encoding') as encoding`;
    if (server === undefined || server.version < 150_000) {
      throw new SchemaError(
        'The database must be PostgreSQL 15 or newer. Set DATABASE_URL to such a server.',
      );
    }
    // For example SQL_ASCII, the encoding of a PostgreSQL that was installed without a locale.
    if (server.encoding !== 'UTF8') {
      throw new SchemaError(
        `The encoding of the database must be UTF-8, but is ${server.encoding}. Create another database: ` +
          'createdb --template=template0 --encoding=UTF8 --locale=C.UTF-8 …',
      );
    }
    const known = readMigrationFiles({ migrationsFolder });
    const newest = known.at(-1)?.folderMillis ?? 0;
    const before = await appliedMigrations(client);
    if (before.some(({ createdAt }) => createdAt > newest)) {
      throw new SchemaError(
        'The database was migrated by a newer version of Paydeck. Start that version, or restore a backup from this version.',
      );
    }
    if (before.at(-1)?.createdAt !== newest) await applyMigrations(client, migrationsFolder);
    const orm = createQueries(async (_text, query) => query(client));
    const differences = await selectExponentDifferences(orm);
    if (differences.length > 0) throw new SchemaError(differences.map(explainDifference).join(' '));
    await storeExponents(orm);
    return { applied: known.length - before.length };
  };
  return withMigrationsLock(db, migrate, wait);
}

function explainDifference({ currency, stored, expected }: ExponentDifference): string {
  if (expected === null)
    return `The database has payments in ${currency}, which this version of Paydeck does not know. Start a newer one.`;
  return (
    `The database stores amounts in ${currency} with ${stored} decimals, and this version of Paydeck ` +
    `expects ${expected}. Start the version that wrote them, or see “Decimals of currencies” in docs/database.md.`
  );
}

let newestMigration: number | undefined;

/** Whether all migrations of this server have been applied. A newer server may have applied more. */
export const isMigrated = async (db: Database): Promise<boolean> => (await selectReadiness(db)).isMigrated;

/** Whether all migrations of this server have been applied, and whether the database accepts writes: a standby does not. */
export async function selectReadiness(db: Database): Promise<{ isMigrated: boolean; isWritable: boolean }> {
  // Read once, because an update of Paydeck may add migrations that this process doesn't have.
  newestMigration ??= readMigrationFiles({ migrationsFolder }).at(-1)?.folderMillis ?? 0;
  const rows = await db.orm.execute(sql`
    select coalesce(max(created_at), 0) as newest, current_setting('transaction_read_only') = 'off' as writable
    from drizzle.__drizzle_migrations`);
  return {
    isMigrated: Number(rows[0]?.newest) >= newestMigration,
    isWritable: rows[0]?.writable === true,
  };
}

export async function appliedMigrations(client: Sql): Promise<{ id: number; createdAt: number }[]> {
  const [table] = await client`select to_regclass('drizzle.__drizzle_migrations') as name`;
  if (table?.name === null) return [];
  const rows = await client`select id, created_at from drizzle.__drizzle_migrations order by created_at`;
  return rows.map((row) => ({ id: Number(row.id), createdAt: Number(row.created_at) }));
}
