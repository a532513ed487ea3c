import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { buildScript, builtPage, isPageUpToDate } from '../build/page-files.ts';

/** The files that a browser loads before the page runs: the scripts in index.html, and all that they import statically. */
async function filesOfFirstLoad(): Promise<ReadonlyMap<string, string>> {
  const index = await readFile(join(builtPage, 'index.html'), 'utf8');
  const scripts = [...index.matchAll(/(?:src|href)="\.\/assets\/([\w.-]+\.js)"/g)].map(
    ([, name = '']) => name,
  );
  const files = new Map<string, string>();
  for (const waiting = scripts; waiting.length > 0; ) {
    const name = waiting.pop() ?? '';
    if (files.has(name)) continue;
    const code = await readFile(join(builtPage, 'assets', name), 'utf8');
    files.set(name, code);
    waiting.push(
      ...[...code.matchAll(/(?:from|import)\s*["']\.\/([\w.-]+\.js)["']/g)].map(([, next = '']) => next),
    );
  }
  return files;
}

test('the first load is less than 200 kB of compressed JavaScript', async ({ annotate }) => {
  if (!isPageUpToDate()) await promisify(execFile)(process.execPath, [buildScript]);
  const files = await filesOfFirstLoad();
  expect(files.size).toBeGreaterThan(1);
  const bytes = [...files.values()].reduce((sum, code) => sum + gzipSync(code).length, 0);
  await annotate(`${files.size} files, ${bytes} bytes`);
  expect(bytes).toBeLessThan(200_000);
});
