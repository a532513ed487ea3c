import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Database } from '../connection/open-database.ts';
import { appliedMigrations, migrationsFolder } from './migrations.ts';
import { withMigrationsLock } from './migrations-lock.ts';
import { SchemaError } from './schema-error.ts';

/**
 * Undoes the last applied migration with its `.down.sql`, in one transaction. This is for development, because it deletes
 * all data in what the migration added. Returns the migration's name, or null when no migration is applied.
 */
export async function rollbackMigration(db: Database): Promise<string | null> {
  return withMigrationsLock(db, async (client) => {
    const last = (await appliedMigrations(client)).at(-1);
    if (last === undefined) return null;
    const tag = tagOf(last.createdAt);
    const file = join(migrationsFolder, `${tag}.down.sql`);
    if (!existsSync(file))
      throw new SchemaError(`The file ${tag}.down.sql is missing. Write in it how to undo the migration.`);
    const steps = readFileSync(file, 'utf8').split('--> statement-breakpoint');
    await client.begin(async (transaction) => {
      for (const step of steps) await transaction.unsafe(step);
      await transaction`delete from drizzle.__drizzle_migrations where id = ${last.id}`;
    });
    return tag;
  });
}

function tagOf(createdAt: number): string {
  const journal: { entries: { when: number; tag: string }[] } = JSON.parse(
    readFileSync(join(migrationsFolder, 'meta', '_journal.json'), 'utf8'),
  );
  const entry = journal.entries.find(({ when }) => when === createdAt);
  if (entry === undefined)
    throw new SchemaError(
      'The last migration was applied by another version of Paydeck. Undo it with that version.',
    );
  return entry.tag;
}
