import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder of the page's sources. */
export const pageFolder = fileURLToPath(new URL('..', import.meta.url));

/** The folder of the built page: static files. */
export const builtPage = join(pageFolder, 'dist');

/** The script that builds `builtPage` from the sources. */
export const buildScript = join(pageFolder, 'build', 'build-page.ts');

/** A file in the built page that holds the hash of the sources it was built from. */
export const stampFile = 'sources.sha256';

/** Whether the page was built from the current sources. Reads all of them, which takes a few milliseconds. */
export function isPageUpToDate(): boolean {
  const stamp = join(builtPage, stampFile);
  return existsSync(stamp) && readFileSync(stamp, 'utf8') === hashSources();
}

/** A hash of everything that the page is built from. An installed package counts by its version in `package.json`. */
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
