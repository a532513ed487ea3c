import { namedSeparator, separatorOf } from './separator.ts';
import { createRowSplitter, type SeparatedRow } from './split-rows.ts';

const maxHeaderLength = 1_000_000;

/**
 * Finds the separator in the first lines unless it is named, and splits the text into rows. `skippedLines` is 1 if the first
 * line is `sep=;`: the lines of the rows count from the next one.
 */
export async function openRows(pieces: AsyncIterable<string>, named: string | undefined) {
  const iterator = pieces[Symbol.asyncIterator]();
  let lead = '';
  let isLast = false;
  // The line `sep=;`, and the header.
  while (!isLast && linesOf(lead.trimStart()).length < 3 && lead.length < maxHeaderLength) {
    const next = await iterator.next();
    if (next.done) isLast = true;
    else lead += next.value;
  }
  const [first = ''] = linesOf(lead);
  const fromFile = namedSeparator(first);
  const start = fromFile === null ? lead : lead.slice(first.length).replace(/^(\r\n|\n|\r)/, '');
  const separator = named ?? fromFile ?? separatorOf(linesOf(start.trimStart())[0] ?? '');
  async function* rows(): AsyncGenerator<SeparatedRow> {
    const splitter = createRowSplitter(separator);
    yield* splitter.add(start);
    for (let next = isLast ? null : await iterator.next(); next && !next.done; next = await iterator.next())
      yield* splitter.add(next.value);
    yield* splitter.end();
  }
  return { separator, skippedLines: fromFile === null ? 0 : 1, rows: rows() };
}

const linesOf = (text: string) => text.split(/\r\n|\n|\r/);
