import { extname } from 'node:path';
import { parseSync, Visitor } from 'oxc-parser';

/** A text that people read in a file: a comment, or else a message, a paragraph, a table cell. */
export type Prose = {
  kind: 'comment' | 'text';
  /** Comment marks and inline code are blanked, not removed, so that offsets stay true. */
  text: string;
  /** The offset in the file. */
  start: number;
};

type Range = { start: number; end: number };

/** The prose of a file, depending on its kind. Names in code are not prose. */
export function readProse(file: string, source: string): Prose[] {
  switch (extname(file)) {
    case '.ts':
    case '.tsx':
      return typescriptProse(file, source);
    case '.md':
      return markdownProse(source);
    case '.css':
      return comments(source, rangesOf(source, /\/\*[\s\S]*?\*\//g));
    case '.json':
    case '.jsonc':
      return [
        ...comments(source, rangesOf(source, /^[ \t]*\/\/.*$/gm)),
        ...strings(source, rangesOf(source, /"(?:[^"\\\n]|\\.)*"/g)),
      ];
    default:
      return comments(source, rangesOf(source, /(?<=^|\s)#(?!!).*(?:\n[ \t]*#.*)*/gm));
  }
}

function typescriptProse(file: string, source: string): Prose[] {
  const parsed = parseSync(file, source);
  const texts: Range[] = [];
  const add = ({ start, end }: Range) => texts.push({ start, end });
  new Visitor({
    Literal: (node) => {
      if (typeof node.value === 'string') add(node);
    },
    TemplateElement: add,
    JSXText: add,
  }).visit(parsed.program);
  return [...comments(source, joinLines(source, parsed.comments)), ...strings(source, texts)];
}

/** Line comments on consecutive lines are one comment. */
function joinLines(source: string, ranges: readonly (Range & { type: string })[]): Range[] {
  const joined: (Range & { type: string })[] = [];
  for (const range of ranges) {
    const last = joined.at(-1);
    const isNextLine =
      last?.type === 'Line' &&
      range.type === 'Line' &&
      /^\r?\n[ \t]*$/.test(source.slice(last.end, range.start));
    if (isNextLine) last.end = range.end;
    else joined.push({ ...range });
  }
  return joined;
}

/** Paragraphs, list items, headings and table cells, one by one. Inline code and addresses of links are blanked. */
function markdownProse(source: string): Prose[] {
  const inlineCode = /(?<!`)(`+)(?!`)[\s\S]*?(?<!`)\1(?!`)/g;
  const text = blank(blank(source, inlineCode), /(?<=\])\([^)\s]*\)/g);
  const between = /\n[ \t]*\n|\n(?=[ \t]*(?:[-*+]|\d+\.|#{1,6}|>)[ \t])|\n(?=[ \t]*(?:\||```))|(?<!\\)\|/g;
  const marker = /^\s*(?:[-*+]|\d+\.|#{1,6}|>)[ \t]/g;
  const gaps = [...rangesOf(text, between), { start: text.length, end: text.length }];
  return gaps.map((gap, n) => {
    const start = gaps[n - 1]?.end ?? 0;
    return { kind: 'text', text: blank(text.slice(start, gap.start), marker), start };
  });
}

function comments(source: string, ranges: readonly Range[]): Prose[] {
  const marks = /^[ \t]*(?:\/\*+|\/\/+|\*+(?!\/)|#+)|\*+\/$/gm;
  return ranges.map(({ start, end }) => ({
    kind: 'comment',
    text: blank(source.slice(start, end), marks),
    start,
  }));
}

/** A string without a space is a name, a key or an address, and left out. */
function strings(source: string, ranges: readonly Range[]): Prose[] {
  return ranges
    .map(
      ({ start, end }): Prose => ({ kind: 'text', text: blank(source.slice(start, end), /^[`'"]/g), start }),
    )
    .filter(({ text }) => /\S\s+\S/.test(text));
}

const rangesOf = (source: string, pattern: RegExp): Range[] =>
  [...source.matchAll(pattern)].map(({ 0: text, index }) => ({ start: index, end: index + text.length }));

/** The text with every match replaced by spaces; line ends stay. */
const blank = (text: string, pattern: RegExp): string =>
  text.replace(pattern, (match) => match.replace(/[^\n]/g, ' '));
