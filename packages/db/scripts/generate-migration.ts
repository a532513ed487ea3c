/**
 * `pnpm db:generate [--name add-x] [--custom]` writes a migration with the changes of schema.ts, and the `.down.sql` that
 * `pnpm db:rollback` runs. `--down-only <tag>` writes only the `.down.sql`, for an existing migration.
 */
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type DrizzleSnapshotJSON, generateMigration } from 'drizzle-kit/api';

type Journal = { entries: { idx: number; tag: string }[] };

const packageFolder = join(import.meta.dirname, '..');
const migrations = join(packageFolder, 'migrations');

const options = process.argv.slice(2);
const downOnly = options.indexOf('--down-only');
if (downOnly >= 0) await writeDown(options[downOnly + 1] ?? newestTag() ?? '');
else await generate();

async function generate(): Promise<void> {
  const before = newestTag();
  const drizzleKit = join(packageFolder, 'node_modules', '.bin', 'drizzle-kit');
  const { status, error } = spawnSync(drizzleKit, ['generate', ...options], {
    cwd: packageFolder,
    stdio: 'inherit',
  });
  if (error !== undefined) throw error;
  const newest = newestTag();
  if (newest !== undefined && newest !== before) await writeDown(newest);
  process.exitCode = status ?? 1;
}

/** Lets Drizzle generate a migration from the new schema to the previous one. */
async function writeDown(tag: string): Promise<void> {
  const { entries } = readJson<Journal>('_journal.json');
  const at = entries.findIndex((entry) => entry.tag === tag);
  const migration = entries[at];
  const previous = entries[at - 1];
  if (migration === undefined) throw new Error(`The migration "${tag}" does not exist.`);
  if (previous === undefined)
    throw new Error(`"${tag}" is the first migration. Write its .down.sql by hand.`);

  const statements = await generateMigration(readSnapshot(migration.tag), readSnapshot(previous.tag));
  const file = `${tag}.down.sql`;
  const steps = statements.length > 0 ? statements : [templateFor(tag)];
  writeFileSync(join(migrations, file), `${steps.join('\n--> statement-breakpoint\n')}\n`);
  console.log(
    statements.length > 0 ? `Check migrations/${file} before you commit it.` : `Write migrations/${file}.`,
  );
}

/** For a migration written by hand. A rollback fails until somebody writes how to undo it. */
function templateFor(tag: string): string {
  return [
    `-- Write here the statements that undo ${tag}.sql, separated as in the other .down.sql files. Then delete the`,
    '-- statement below.',
    `DO $$ BEGIN RAISE EXCEPTION 'This migration has no way back yet. Write it in ${tag}.down.sql.'; END $$;`,
  ].join('\n');
}

function newestTag(): string | undefined {
  return readJson<Journal>('_journal.json').entries.at(-1)?.tag;
}

function readSnapshot(tag: string): DrizzleSnapshotJSON {
  return readJson(`${tag.split('_', 1)[0]}_snapshot.json`);
}

/** Drizzle Kit wrote these files in the shape of its types. */
function readJson<T>(name: string): T {
  return JSON.parse(readFileSync(join(migrations, 'meta', name), 'utf8'));
}
