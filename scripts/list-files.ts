import { readdirSync, readFileSync } from 'node:fs';
import { join, matchesGlob } from 'node:path';

export const root = join(import.meta.dirname, '..');

/** The paths of all files of the checkout, from the root, without those that `.gitignore` matches. Works without git. */
export function listFiles(): string[] {
  const ignored = readFileSync(join(root, '.gitignore'), 'utf8')
    .split('\n')
    .map((line) => line.trim().replace(/\/$/, ''))
    .filter((line) => line !== '' && !line.startsWith('#'));
  const isListed = (name: string) =>
    name !== '.git' && !ignored.some((pattern) => matchesGlob(name, pattern));
  return listFolder('', isListed);
}

function listFolder(folder: string, isListed: (name: string) => boolean): string[] {
  return readdirSync(join(root, folder), { withFileTypes: true })
    .filter((entry) => isListed(entry.name))
    .flatMap((entry) => {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) return listFolder(path, isListed);
      return entry.isFile() ? [path] : [];
    });
}
