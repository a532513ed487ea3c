/** Builds the page into `dist`, all at once: a server that runs meanwhile serves the old one or the new one. */
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { build } from 'vite';
import { builtPage, hashSources, pageFolder, stampFile } from './page-files.ts';

// In `node_modules`, which every tool leaves alone, and on the same disk.
const workshop = join(pageFolder, 'node_modules', '.page', String(process.pid));
const [next, last] = [join(workshop, 'next'), join(workshop, 'last')];
const sources = hashSources();
// Whatever runs this build, such as a test or a server in development: the page is React's for production.
process.env.NODE_ENV = 'production';

await mkdir(workshop, { recursive: true });
try {
  await build({ root: pageFolder, logLevel: 'warn', build: { outDir: next } });
  await writeFile(join(next, stampFile), sources);
  await rename(builtPage, last).catch(unless('ENOENT'));
  // Of two builds at once the first one stays: the next start builds again if it was of older sources.
  await rename(next, builtPage).catch(unless('ENOTEMPTY'));
} finally {
  await rm(workshop, { recursive: true });
}

function unless(expected: string) {
  return (error: NodeJS.ErrnoException) => {
    if (error.code !== expected) throw error;
  };
}
