/**
 * Drizzle as CommonJS. Its package.json is 179 KB, and Node parses it again for every ES module of Drizzle. That takes
 * 0.7 s of CPU at each start, against 0.13 s for CommonJS. So this package imports Drizzle only from here.
 */
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);
const core: typeof import('drizzle-orm') = require('drizzle-orm');
const pgCore: typeof import('drizzle-orm/pg-core') = require('drizzle-orm/pg-core');
const proxy: typeof import('drizzle-orm/pg-proxy') = require('drizzle-orm/pg-proxy');
const driver: typeof import('drizzle-orm/postgres-js') = require('drizzle-orm/postgres-js');
const migrator: typeof import('drizzle-orm/migrator') = require('drizzle-orm/migrator');
const driverMigrator: typeof import('drizzle-orm/postgres-js/migrator') = require('drizzle-orm/postgres-js/migrator');

export type { SQL } from 'drizzle-orm';
export type { PgColumn } from 'drizzle-orm/pg-core';
export type { PgRemoteDatabase } from 'drizzle-orm/pg-proxy';

export const { and, asc, count, desc, eq, gt, is, isNull, lt, or, Placeholder, sql } = core;
export const {
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
  smallint,
  text,
  timestamp,
  unique,
  uniqueIndex,
  uuid,
} = pgCore;
export const { drizzle: drizzleProxy } = proxy;
export const { drizzle } = driver;
export const { readMigrationFiles } = migrator;
export const { migrate } = driverMigrator;
