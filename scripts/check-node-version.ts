/**
 * Checks that all files that name a Node version name the same one: pnpm installs it, pnpm runs scripts with it, and version
 * managers read .node-version.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './list-files.ts';

const places: { file: string; version: RegExp }[] = [
  { file: '.node-version', version: /^(.+)$/m },
  { file: 'package.json', version: /"node": "(\d[^"]*)"/ },
  { file: 'pnpm-workspace.yaml', version: /^nodeVersion: (.+)$/m },
];

const versions = places.map(({ file, version }) => ({
  file,
  version: version.exec(readFileSync(join(root, file), 'utf8'))?.[1] ?? 'none',
}));
const differ = new Set(versions.map(({ version }) => version)).size > 1;
if (differ) {
  console.log('These files must name the same version of Node:');
  for (const { file, version } of versions) console.log(`  ${file}: ${version}`);
}
process.exitCode = differ ? 1 : 0;
