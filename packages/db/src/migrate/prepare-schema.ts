import { databaseErrorCode } from '../connection/database-error.ts';
import type { Database } from '../connection/open-database.ts';
import { readPooler } from '../connection/pooler.ts';
import { isMigrated, migrateDatabase } from './migrations.ts';
import type { LockWait } from './migrations-lock.ts';
import { SchemaError } from './schema-error.ts';

/** PostgreSQL's code for a table that doesn't exist. */
const undefinedTable = '42P01';

/**
 * Migrates the database to the schema of this server, as `migrateDatabase` does, or checks that it has that schema.
 * Rejects with `SchemaError` when the operator must do something first.
 */
export const prepareSchema = (db: Database, wait: LockWait = {}): Promise<{ applied: number }> =>
  readPooler(db.url).mode === 'transaction' ? expectPooledSchema(db) : migrateDatabase(db, wait);

/**
 * Through a pooler that gives a connection for one transaction, nothing can be migrated: the lock and the settings of a
 * connection don't stay with the caller. So the schema must be up to date. The role must end stuck statements itself.
 * Rejects with `SchemaError`, which says what to run.
 */
async function expectPooledSchema(db: Database): Promise<{ applied: number }> {
  const migrated = await isMigrated(db).catch((error: unknown) => {
    if (databaseErrorCode(error) === undefinedTable) return false;
    throw error;
  });
  if (!migrated) {
    throw new SchemaError(
      'The database lacks migrations of this version, and a pooler in the mode transaction can’t migrate it. Run db:migrate ' +
        'with the DATABASE_URL of PostgreSQL itself and without DATABASE_POOLER, then start again.',
    );
  }
  const [settings] = await db.orm.execute<{ role: string; timeout: string }>(
    `select current_user as role, current_setting('statement_timeout') as timeout`,
  );
  if (settings?.timeout === '0') {
    throw new SchemaError(
      'Through a pooler in the mode transaction, the role must have a statement_timeout. Run in PostgreSQL: ' +
        `alter role "${settings.role}" set statement_timeout = '9500ms'`,
    );
  }
  return { applied: 0 };
}
