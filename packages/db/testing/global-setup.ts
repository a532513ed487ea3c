import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEmbeddedPostgres } from '@paydeck/embedded-postgres';
import type { TestProject } from 'vitest/node';
import { openDatabase } from '../src/connection/open-database.ts';
import { migrateDatabase } from '../src/migrate/migrations.ts';
import { endWithThisProcess } from './end-with-this-process.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** A real PostgreSQL that runs during the tests. Its database `template_paydeck` is migrated. */
    postgresUrl: string;
  }
}

export const templateName = 'template_paydeck';

/** Starts a PostgreSQL in a temporary folder, and prepares the database that every test file clones. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const dataDir = await mkdtemp(join(tmpdir(), 'paydeck-test-'));
  const registered = [{ cluster: join(dataDir, 'postgres') }, { folder: dataDir }].map(endWithThisProcess);
  const messages: string[] = [];
  const postgres = await startEmbeddedPostgres({
    dataDir,
    purpose: 'serve',
    log: (message) => messages.push(message),
  });

  const admin = openDatabase({ url: postgres.superuserUrl, maxConnections: 1 });
  await admin.orm.execute(`create database ${templateName}`);
  await admin.close();

  const url = new URL(postgres.superuserUrl);
  url.pathname = `/${templateName}`;
  const template = openDatabase({ url: url.href, maxConnections: 1 });
  await migrateDatabase(template);
  await template.close();

  project.provide('postgresUrl', postgres.superuserUrl);
  return async () => {
    await postgres.stop();
    await rm(dataDir, { recursive: true, force: true });
    for (const forget of registered) forget();
  };
}
