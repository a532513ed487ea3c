import { randomBytes } from 'node:crypto';
import { linkSync, rmSync, writeFileSync } from 'node:fs';
import { errorCode } from './embedded-postgres-error.ts';

/**
 * Creates a file that only this user can read, unless the file exists. `link` makes it appear with all of its content,
 * and only once, however many processes create it at the same time.
 */
export function createFileOnce(file: string, content: string): void {
  const draft = `${file}.${process.pid}-${randomBytes(4).toString('hex')}`;
  writeFileSync(draft, content, { mode: 0o600 });
  try {
    linkSync(draft, file);
  } catch (error) {
    if (errorCode(error) !== 'EEXIST') throw error;
  } finally {
    rmSync(draft);
  }
}
