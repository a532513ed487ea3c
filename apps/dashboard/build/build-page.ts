/**
 * Builds the page, then moves it to `dist` in one rename: a running server serves either the old page or the new one.
 */
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { build } from 'vite';
import { builtPage, hashSources, pageFolder, stampFile } from './page-files.ts';

// Vite reads what follows these characters as a query or a fragment.
if (/[?#]/.test(pageFolder)) {
  process.stderr.write(
    `The page can't be built in ${pageFolder}: the path must not contain # or ?. Rename the folder, or move Paydeck to another one.\n`,
  );
  process.exit(1);
}

// In `node_modules`, which tools ignore, and on the same disk as `dist`.
const workFolder = join(pageFolder, 'node_modules', '.page', String(process.pid));
const [newPage, oldPage] = [join(workFolder, 'new'), join(workFolder, 'old')];
const sources = hashSources();
// Always the production build of React, even when a test or a development server runs this script.
process.env.NODE_ENV = 'production';

await mkdir(workFolder, { recursive: true });
try {
  await build({ root: pageFolder, logLevel: 'warn', build: { outDir: newPage } });
  await writeFile(join(newPage, stampFile), sources);
  await rename(builtPage, oldPage).catch(ignoreCode('ENOENT'));
  // When two builds run at once, the first one wins. If it had older sources, the next start builds again.
  await rename(newPage, builtPage).catch(ignoreCode('ENOTEMPTY'));
} finally {
  await rm(workFolder, { recursive: true });
}

function ignoreCode(code: string) {
  return (error: NodeJS.ErrnoException) => {
    if (error.code !== code) throw error;
  };
}
