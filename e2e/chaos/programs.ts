import { accessSync, constants, existsSync, readdirSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** Debian puts servers in folders that an ordinary user's PATH lacks. */
const folders = [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin', '/usr/local/sbin'];

/** The path of a program. Null if it is not installed. */
export function findProgram(name: string): string | null {
  for (const folder of folders) {
    const path = join(folder, name);
    try {
      accessSync(path, constants.X_OK);
      return path;
    } catch {
      // It is not in this folder.
    }
  }
  return null;
}

export const isInstalled = (name: string): boolean => findProgram(name) !== null;

const debianFolder = '/usr/lib/postgresql';

/** The folder of the programs of Debian's newest PostgreSQL, 15 or newer. Null if it is not installed. */
export function findDebianPostgres(): string | null {
  if (!existsSync(debianFolder)) return null;
  const versions = readdirSync(debianFolder)
    .map(Number)
    .filter((version) => version >= 15);
  const bin = join(debianFolder, String(Math.max(...versions)), 'bin');
  return existsSync(join(bin, 'pg_basebackup')) && existsSync(join(bin, 'postgres')) ? bin : null;
}
