/**
 * Finds phrases that readers stumble over, in comments and texts, and prints what to write instead. The phrases are in
 * plain-english/patterns.ts. To quote one as a bad example in Markdown, write it in backticks: inline code is not checked.
 */
import { readFileSync } from 'node:fs';
import { join, matchesGlob } from 'node:path';
import { listFiles, root } from './list-files.ts';
import { findPhrases } from './plain-english/find-phrases.ts';
import { readProse } from './plain-english/read-prose.ts';

const includes = [
  '**/*.{ts,tsx,md,yml,yaml,css,sh}',
  '{.,}*.{json,jsonc}',
  '.ci/run',
  '{.env.example,.dockerignore,.editorconfig,.gitignore,Dockerfile}',
];
const excludes = ['pnpm-lock.yaml', 'packages/demo-data/src/*-names.ts', 'scripts/plain-english/**'];

const isMatched = (file: string, globs: readonly string[]) => globs.some((glob) => matchesGlob(file, glob));
const files = listFiles().filter((file) => isMatched(file, includes) && !isMatched(file, excludes));

const faults = files.flatMap((file) => {
  const source = readFileSync(join(root, file), 'utf8');
  return readProse(file, source)
    .flatMap(findPhrases)
    .map(({ phrase, advice, at }) => {
      const line = source.slice(0, at).split('\n').length;
      return `${file}:${line}: “${phrase}”: ${advice}`;
    });
});
for (const fault of faults) console.log(fault);
if (faults.length > 0) console.log(`\n${faults.length} phrases to rewrite, in ${files.length} files.`);
process.exitCode = faults.length > 0 ? 1 : 0;
