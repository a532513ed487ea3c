import type { Database } from '@paydeck/db/connection';
import { processEnvironment, readConfig } from '../config.ts';
import { openConfiguredDatabase } from '../database/open-configured-database.ts';

/** `1 payment`, `2 payments`. */
export const counted = (count: number, noun: string) => `${count} ${noun}${count === 1 ? '' : 's'}`;

export const print = (line: string) => process.stdout.write(`${line}\n`);

/** Runs a task on the configured database, whether or not a server is running. The task's number is the exit code. */
export async function runTask(task: (db: Database) => Promise<number>): Promise<void> {
  try {
    const config = readConfig(processEnvironment());
    for (const notice of config.notices) process.stderr.write(`${notice}\n`);
    const db = await openConfiguredDatabase(config, { purpose: 'task', log: () => {} });
    try {
      process.exitCode = await task(db);
    } finally {
      await db.close();
    }
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  }
}
