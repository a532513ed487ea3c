/**
 * Drizzle as CommonJS. Its package.json is 179 KB, and Node parses it again for every ES module of Drizzle. That takes
 * 0.7 s of CPU at each start, against 0.13 s for CommonJS. So this package imports Drizzle only from here.
 */
import { createRequire } from 'node:module';
import type { Sql } from 'postgres';

const require = createRequire(import.meta.url);
const core: typeof import('drizzle-orm') = require('drizzle-orm');
const pgCore: typeof import('drizzle-orm/pg-core') = require('drizzle-orm/pg-core');
const proxy: typeof import('drizzle-orm/pg-proxy') = require('drizzle-orm/pg-proxy');
const migrator: typeof import('drizzle-orm/migrator') = require('drizzle-orm/migrator');

export type { SQL } from 'drizzle-orm';
export type { PgColumn } from 'drizzle-orm/pg-core';
export type { PgRemoteDatabase } from 'drizzle-orm/pg-proxy';

export const { and, asc, count, desc, eq, gt, is, isNull, or, Placeholder, sql } = core;
export const {
  alias,
  bigint,
  boolean,
  check,
  customType,
  date,
  foreignKey,
  index,
  jsonb,
  PgDialect,
  PgTimestamp,
  pgEnum,
  pgSequence,
  pgTable,
  primaryKey,
  integer,
  smallint,
  text,
  timestamp,
  unique,
  uniqueIndex,
  uuid,
} = pgCore;
export const { drizzle: drizzleProxy } = proxy;
export const { readMigrationFiles } = migrator;

/**
 * Applies the migrations in a folder that the database lacks. Most starts have none to apply, so this part of Drizzle, with
 * a second copy of the driver, is loaded here.
 */
export async function applyMigrations(client: Sql, migrationsFolder: string): Promise<void> {
  const { drizzle }: typeof import('drizzle-orm/postgres-js') = require('drizzle-orm/postgres-js');
  const {
    migrate,
  }: typeof import('drizzle-orm/postgres-js/migrator') = require('drizzle-orm/postgres-js/migrator');
  await migrate(drizzle(client), { migrationsFolder });
}
