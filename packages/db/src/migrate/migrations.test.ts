import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type DrizzleSnapshotJSON, generateDrizzleJson, generateMigration } from 'drizzle-kit/api';
import { expect, test } from 'vitest';
import { createTestDatabase } from '../../testing/test-database.ts';
import { type Database, openDatabase } from '../connection/open-database.ts';
import * as schema from '../schema.ts';
import { isMigrated, migrateDatabase, migrationsFolder } from './migrations.ts';
import { rollbackMigration } from './rollback.ts';
import { SchemaError } from './schema-error.ts';

type Journal = { entries: { when: number; tag: string }[] };
const { entries }: Journal = JSON.parse(
  readFileSync(join(migrationsFolder, 'meta', '_journal.json'), 'utf8'),
);
const tags = entries.map(({ tag }) => tag);

/** Everything that migrations create, one line each, as PostgreSQL describes it. */
async function describeSchema(db: Database): Promise<string[]> {
  const rows = await db.orm.execute<{ line: string }>(`
    with ours as (select oid from pg_namespace where nspname = 'public')
    select 'column ' || attrelid::regclass || '.' || attname || ' ' || format_type(atttypid, atttypmod)
      || ' not null ' || attnotnull || ' identity ' || attidentity::text || ' generated ' || attgenerated::text
      || ' ' || coalesce(pg_get_expr(adbin, adrelid), '') as line
      from pg_attribute a join pg_class c on c.oid = attrelid left join pg_attrdef on adrelid = attrelid and adnum = attnum
      where relnamespace in (table ours) and relkind in ('r', 'p', 'v', 'm') and attnum > 0 and not attisdropped
    union all select 'constraint ' || conrelid::regclass || ' ' || conname || ' ' || pg_get_constraintdef(oid)
      from pg_constraint where connamespace in (table ours) and conrelid <> 0
    union all select 'index ' || pg_get_indexdef(indexrelid)
      from pg_index join pg_class c on c.oid = indexrelid where relnamespace in (table ours)
    union all select 'enum ' || enumtypid::regtype || ' ' || enumsortorder || ' ' || enumlabel from pg_enum
    union all select 'sequence ' || seqrelid::regclass || ' ' || to_jsonb(s) - 'seqrelid'
      from pg_sequence s join pg_class c on c.oid = seqrelid where relnamespace in (table ours)
    union all select 'function ' || p.oid::regprocedure || coalesce(pg_get_function_sqlbody(p.oid), prosrc)
      from pg_proc p where pronamespace in (table ours)
    union all select 'trigger ' || pg_get_triggerdef(oid) from pg_trigger where not tgisinternal
    union all select 'extension ' || extname from pg_extension`);
  return rows.map(({ line }) => line).sort();
}

const counted = async (db: Database, what: string) =>
  Number((await db.orm.execute(`select count(*) as n from ${what}`))[0]?.n);

test('when servers start at the same time on an empty database, one migrates and the others wait', async () => {
  await using test = await createTestDatabase({ empty: true });
  const servers = Array.from({ length: 4 }, () => openDatabase({ url: test.url }));
  expect(await isMigrated(test.db).catch(() => false)).toBe(false);

  const outcomes = await Promise.all(servers.map((db) => migrateDatabase(db)));

  expect(outcomes.map(({ applied }) => applied).sort()).toEqual([0, 0, 0, tags.length]);
  expect(await counted(test.db, 'drizzle.__drizzle_migrations')).toBe(tags.length);
  expect(await isMigrated(test.db)).toBe(true);
  await Promise.all(servers.map((db) => db.close()));
});

test('a database of a newer version is refused with advice', async () => {
  await using test = await createTestDatabase();
  const newest = entries.at(-1)?.when ?? 0;
  await test.db.orm.execute(
    `insert into drizzle.__drizzle_migrations (hash, created_at) values ('x', ${newest + 1})`,
  );
  const before = await describeSchema(test.db);

  const refusal = migrateDatabase(test.db);
  await expect(refusal).rejects.toThrow(SchemaError);
  await expect(refusal).rejects.toThrow(/newer version of Paydeck. Start that version, or restore a backup/);
  await expect(rollbackMigration(test.db)).rejects.toThrow(/applied by another version/);

  // A server that is already running keeps working: all of its migrations are applied.
  expect(await isMigrated(test.db)).toBe(true);
  expect(await describeSchema(test.db)).toEqual(before);
});

test('a database with an encoding other than UTF-8 is refused with advice', async () => {
  await using test = await createTestDatabase({ empty: true });
  const url = new URL(test.url);
  const name = `${url.pathname.slice(1)}_ascii`;
  url.pathname = name;
  await test.db.orm.execute(
    `create database ${name} template template0 encoding 'SQL_ASCII' locale_provider libc locale 'C'`,
  );
  const ascii = openDatabase({ url: url.href });

  const refusal = migrateDatabase(ascii);
  await expect(refusal).rejects.toThrow(SchemaError);
  await expect(refusal).rejects.toThrow(
    /must be UTF-8, but is SQL_ASCII. Create another database: createdb .*--encoding=UTF8/,
  );
  expect(await counted(ascii, `pg_tables where schemaname in ('public', 'drizzle')`)).toBe(0);
  await ascii.close();
  await test.db.orm.execute(`drop database ${name}`);
});

test('a migration that fails changes nothing, and can be run again', async () => {
  await using test = await createTestDatabase({ empty: true });
  await test.db.orm.execute('create table users (id int)');
  await expect(migrateDatabase(test.db)).rejects.toThrow();
  expect(await counted(test.db, `pg_tables where schemaname = 'public'`)).toBe(1);
  expect(await isMigrated(test.db).catch(() => false)).toBe(false);

  await test.db.orm.execute('drop table users');
  expect(await migrateDatabase(test.db)).toEqual({ applied: tags.length });
});

test('every migration can be undone, and applying it again gives the same schema', async () => {
  await using test = await createTestDatabase();
  await using empty = await createTestDatabase({ empty: true });
  const whole = await describeSchema(test.db);
  expect(whole.length).toBeGreaterThan(100);

  for (const tag of tags.toReversed()) {
    expect(await rollbackMigration(test.db)).toBe(tag);
    expect(await isMigrated(test.db)).toBe(false);
  }
  expect(await describeSchema(test.db)).toEqual(await describeSchema(empty.db));
  expect(await rollbackMigration(test.db)).toBeNull();

  expect(await migrateDatabase(test.db)).toEqual({ applied: tags.length });
  expect(await describeSchema(test.db)).toEqual(whole);
});

test('two rollbacks at the same time undo two migrations, one after the other', async () => {
  await using test = await createTestDatabase();
  const undone = await Promise.all([rollbackMigration(test.db), rollbackMigration(test.db)]);
  expect(undone.sort()).toEqual(tags.slice(-2).sort());
});

test('the migrations create the schema of schema.ts', async () => {
  const name = `${tags.at(-1)?.split('_')[0]}_snapshot.json`;
  // Drizzle Kit wrote the file in the shape of its types.
  const latest: DrizzleSnapshotJSON = JSON.parse(readFileSync(join(migrationsFolder, 'meta', name), 'utf8'));
  const wanted = generateDrizzleJson({ ...schema }, latest.id);
  expect(await generateMigration(latest, wanted)).toEqual([]);
});
