/** Checks that every path of this repository that a Markdown file names exists, and every heading that a link points to. */
import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { listFiles, root } from './list-files.ts';
import { headingAnchors, readLinks, readRepositoryPaths } from './markdown.ts';

const files = listFiles().filter((file) => file.endsWith('.md'));
const faults = files.flatMap(findFaults);
for (const fault of faults) console.log(fault);
if (faults.length > 0)
  console.log(`\n${faults.length} broken paths or links in ${files.length} Markdown files.`);
process.exitCode = faults.length > 0 ? 1 : 0;

function findFaults(file: string): string[] {
  const text = readFileSync(join(root, file), 'utf8');
  const paths = readRepositoryPaths(text)
    .filter(({ path }) => !pathExists(path))
    .map(({ path, line }) => ({ line, fault: `${path} does not exist` }));
  const links = readLinks(text).flatMap(({ target, line }) => {
    const fault = linkFault(file, target);
    return fault === null ? [] : [{ line, fault }];
  });
  const faults = [...paths, ...links].sort((a, b) => a.line - b.line);
  return [...new Set(faults.map(({ line, fault }) => `${file}:${line}: ${fault}`))];
}

function pathExists(path: string): boolean {
  return /[*{]/.test(path) ? globSync(path, { cwd: root }).length > 0 : existsSync(join(root, path));
}

function linkFault(file: string, target: string): string | null {
  const [address = '', anchor = ''] = target.split('#', 2);
  const decoded = decodeURIComponent(address);
  const path = normalize(
    decoded === '' ? file : decoded.startsWith('/') ? decoded.slice(1) : join(dirname(file), decoded),
  );
  if (path.startsWith('..')) return `${target} must point inside the repository`;
  if (!existsSync(join(root, path))) return `${path} does not exist`;
  if (anchor === '' || !path.endsWith('.md')) return null;
  const anchors = headingAnchors(readFileSync(join(root, path), 'utf8'));
  return anchors.has(decodeURIComponent(anchor)) ? null : `${path} has no heading #${anchor}`;
}
