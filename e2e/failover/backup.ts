import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { findDebianPostgres } from '../chaos/programs.ts';

const run = promisify(execFile);

/** Dumps the database of one URL with pg_dump, and restores it into the empty database of the other, as docs/deployment.md says. */
export async function dumpAndRestore(from: string, to: string): Promise<void> {
  const bin = findDebianPostgres();
  if (bin === null) throw new Error('PostgreSQL must be installed.');
  const folder = await mkdtemp(join(tmpdir(), 'paydeck-backup-'));
  try {
    const file = join(folder, 'paydeck.dump');
    await run(join(bin, 'pg_dump'), ['--format=custom', `--file=${file}`, from]);
    await run(join(bin, 'pg_restore'), ['--exit-on-error', '--no-owner', `--dbname=${to}`, file]);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
