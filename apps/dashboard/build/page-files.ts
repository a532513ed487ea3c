import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The page's sources. */
export const pageFolder = fileURLToPath(new URL('..', import.meta.url));

/** The built page: static files. */
export const builtPage = join(pageFolder, 'dist');

/** The script that builds the one from the other. */
export const buildScript = join(pageFolder, 'build', 'build-page.ts');

/** In the built page: a hash of what it was built from. */
export const stampFile = 'sources.sha256';

/** Whether the page was built from the sources as they are. Reads them all, which takes some milliseconds. */
export function isPageUpToDate(): boolean {
  const stamp = join(builtPage, stampFile);
  return existsSync(stamp) && readFileSync(stamp, 'utf8') === hashSources();
}

/** A hash of everything that the page is built from, but for its installed packages, which their versions stand for. */
export function hashSources(): string {
  const hash = createHash('sha256');
  const files = [
    'index.html',
    'package.json',
    'vite.config.ts',
    ...filesBelow('src'),
    ...filesBelow('build'),
  ];
  const packages = ['client', 'contract'].flatMap((name) => filesBelow(`../../packages/${name}/src`));
  for (const file of [...files, ...packages]) {
    hash.update(file);
    hash.update(readFileSync(join(pageFolder, file)));
  }
  return hash.digest('hex');
}

function filesBelow(folder: string): string[] {
  return readdirSync(join(pageFolder, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.\w+$/.test(name) && !name.endsWith('.test.ts'))
    .map((name) => join(folder, name))
    .sort();
}
