/** Checks that each page of docs/adr has a unique number, a title, a status, a date, and an entry in the list. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './list-files.ts';

const folder = join(root, 'docs', 'adr');
const list = readFileSync(join(folder, 'README.md'), 'utf8');
const pages = readdirSync(folder).filter((file) => !['README.md', 'template.md'].includes(file));

const faults = pages.flatMap((file) =>
  findFaults(file, readFileSync(join(folder, file), 'utf8')).map((fault) => `docs/adr/${file}: ${fault}`),
);
for (const fault of faults) console.log(fault);
process.exitCode = faults.length > 0 ? 1 : 0;

function findFaults(file: string, text: string): string[] {
  const number = /^(\d{4})-[a-z0-9-]+\.md$/.exec(file)?.[1];
  if (number === undefined)
    return ['its name must be a number of four digits and words, such as 0017-a-decision.md'];
  const title = new RegExp(`^# (${number}: .+)$`, 'm').exec(text)?.[1];
  const [, status = '', successor] =
    /^- \*\*Status:\*\* (\w+)(?: by \[[^\]]+\]\(([^)]+)\))?$/m.exec(text) ?? [];
  const date = /^- \*\*Date:\*\* (.+)$/m.exec(text)?.[1] ?? '';
  const isKnown =
    status === 'superseded'
      ? successor !== undefined && existsSync(join(folder, successor))
      : ['proposed', 'accepted', 'rejected'].includes(status) && successor === undefined;
  return [
    title === undefined ? `its title must be "# ${number}: …"` : null,
    isKnown
      ? null
      : 'it must have a line "- **Status:** proposed", accepted, rejected, or superseded by [ADR …](….md)',
    isDate(date) ? null : 'it must have a line "- **Date:** YYYY-MM-DD"',
    pages.filter((other) => other.startsWith(`${number}-`)).length > 1
      ? `another page has the number ${number}`
      : null,
    title === undefined || list.includes(`[${title}](${file})`)
      ? null
      : 'docs/adr/README.md must list it by its title',
  ].filter((fault) => fault !== null);
}

function isDate(text: string): boolean {
  return /^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(Date.parse(text));
}
