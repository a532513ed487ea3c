import { randomUUID } from 'node:crypto';
import { inject } from 'vitest';
import { type Database, type DatabaseOptions, openDatabase } from '../src/connection/open-database.ts';
import { templateName } from './global-setup.ts';

export type TestDatabase = AsyncDisposable & { db: Database; url: string };

/** A new migrated database without rows: `await using test = await createTestDatabase()`. `empty` has no tables either. */
export async function createTestDatabase(
  options: Partial<DatabaseOptions> & { empty?: boolean } = {},
): Promise<TestDatabase> {
  const { empty = false, ...settings } = options;
  const adminUrl: string | undefined = inject('postgresUrl');
  if (adminUrl === undefined)
    throw new Error(
      'A unit test gets no database. Move it to a folder that vitest.config.ts does not list as one of unit tests.',
    );
  const name = `test_${randomUUID().replaceAll('-', '')}`;
  await asAdmin(adminUrl, `create database ${name}${empty ? '' : ` template ${templateName}`}`);

  const url = new URL(adminUrl);
  url.pathname = `/${name}`;
  const db = openDatabase({ ...settings, url: url.href });
  return {
    db,
    url: url.href,
    [Symbol.asyncDispose]: async () => {
      await db.close();
      await asAdmin(adminUrl, `drop database ${name} with (force)`);
    },
  };
}

async function asAdmin(url: string, statement: string): Promise<void> {
  const admin = openDatabase({ url, maxConnections: 1, deadlineMs: 60_000 });
  try {
    await admin.orm.execute(statement);
  } finally {
    await admin.close();
  }
}
