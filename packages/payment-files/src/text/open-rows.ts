import { namedSeparator, separatorOf } from './separator.ts';
import { createRowSplitter, type SeparatedRow } from './split-rows.ts';

const maxHeaderLength = 1_000_000;

/** Where the table of a file begins and how its cells are separated, if the file does not show it itself. */
export type TableOptions = {
  separator?: string | undefined;
  /** The line of the header, from 1: some banks write lines about the account before it. */
  headerLine?: number | undefined;
};

/**
 * Finds the separator in the first lines unless it is named, and splits the text into rows. `skippedLines` is the number of
 * lines before the first row, such as `sep=;`: the lines of the rows count from the next one.
 */
export async function openRows(
  pieces: AsyncIterable<string>,
  { separator: named, headerLine = 1 }: TableOptions,
) {
  const iterator = pieces[Symbol.asyncIterator]();
  let lead = '';
  let isLast = false;
  // The line `sep=;`, and the header.
  while (!isLast && linesOf(lead.trimStart()).length < headerLine + 2 && lead.length < maxHeaderLength) {
    const next = await iterator.next();
    if (next.done) isLast = true;
    else lead += next.value;
  }
  const [first = ''] = linesOf(lead);
  const fromFile = namedSeparator(first);
  const skippedLines = Math.max(fromFile === null ? 0 : 1, headerLine - 1);
  const start = withoutLines(lead, skippedLines);
  const separator = named ?? fromFile ?? separatorOf(linesOf(start.trimStart())[0] ?? '');
  async function* rows(): AsyncGenerator<SeparatedRow> {
    const splitter = createRowSplitter(separator);
    yield* splitter.add(start);
    for (let next = isLast ? null : await iterator.next(); next && !next.done; next = await iterator.next())
      yield* splitter.add(next.value);
    yield* splitter.end();
  }
  return { separator, skippedLines, rows: rows() };
}

const linesOf = (text: string) => text.split(/\r\n|\n|\r/);

/** A text without its first lines. */
function withoutLines(text: string, count: number): string {
  let rest = text;
  for (let n = 0; n < count; n += 1) rest = rest.replace(/^[^\r\n]*(\r\n|\n|\r|$)/, '');
  return rest;
}
