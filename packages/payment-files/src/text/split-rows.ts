/** A row of a file with separators. `text` is the row as it stands in the file, and `line` its first line, from 1. */
export type SeparatedRow = { line: number; text: string; cells: string[]; problem?: string };

const maxRowLength = 1_000_000;

/**
 * Splits a text into rows and cells (RFC 4180): a cell may be quoted as a whole, and its quotes are doubled inside. Lines end
 * with CR LF, LF or CR. Empty lines are left out. A row with a stray quote has a `problem`, and the next row is read. Only a
 * quote that is never closed ends the reading. Own code, because csv-parse needs Node's Buffer (docs/adr/0036).
 */
export function createRowSplitter(separator: string) {
  let rest = '';
  let line = 1;
  /** Where the search continues after a piece that ended within a quoted cell. */
  let resumeAt = 0;
  let isQuoted = false;
  /** The place after the quote that closed a cell: another one there is the second of a pair. */
  let closedAt = -1;
  let isTooLong = false;

  /** The end of the first row in `rest`; -1 if its end has not arrived. */
  const endOfRow = (isLast: boolean): number => {
    for (let at = resumeAt; at < rest.length; at += 1) {
      const character = rest[at];
      if (character === '"') {
        if (isQuoted) closedAt = at + 1;
        isQuoted = !isQuoted && (at === closedAt || beginsCell(rest, at, separator));
      } else if (!isQuoted && (character === '\n' || character === '\r')) {
        // A CR may be the first half of CR LF.
        if (character === '\r' && at + 1 === rest.length && !isLast) {
          resumeAt = at;
          return -1;
        }
        resumeAt = 0;
        closedAt = -1;
        return at;
      }
    }
    resumeAt = rest.length;
    return -1;
  };

  function* take(isLast: boolean): Generator<SeparatedRow> {
    while (!isTooLong) {
      const end = endOfRow(isLast);
      if (end === -1) break;
      const text = rest.slice(0, end);
      rest = rest.slice(end + (rest.startsWith('\r\n', end) ? 2 : 1));
      if (text !== '') yield rowOf(text, line, separator);
      line += countLineEnds(text) + 1;
    }
    if (rest.length > maxRowLength && !isTooLong) {
      isTooLong = true;
      yield { line, text: '', cells: [], problem: unclosed };
    }
    if (isTooLong) rest = '';
  }

  return {
    *add(piece: string): Generator<SeparatedRow> {
      if (isTooLong) return;
      rest += piece;
      yield* take(false);
    },
    *end(): Generator<SeparatedRow> {
      yield* take(true);
      if (rest === '') return;
      if (isQuoted) yield { line, text: '', cells: [], problem: unclosed };
      else yield rowOf(rest, line, separator);
    },
  };
}

const unclosed = 'must close its quote, and be at most 1 MB long; the rest of the file was not read';
const countLineEnds = (text: string) => text.match(/\r\n|\n|\r/g)?.length ?? 0;

/** Whether a cell begins at this place of a row. A quote elsewhere is a mistake that changes nothing. */
function beginsCell(row: string, at: number, separator: string): boolean {
  const before = row[at - 1];
  return before === undefined || before === separator;
}

function rowOf(text: string, line: number, separator: string): SeparatedRow {
  const row = { line, text };
  if (!text.includes('"')) return { ...row, cells: text.split(separator) };
  const cells: string[] = [];
  for (let at = 0; ; ) {
    if (text[at] !== '"') {
      const end = text.indexOf(separator, at);
      const cell = end === -1 ? text.slice(at) : text.slice(at, end);
      if (cell.includes('"')) return { ...row, cells, problem: strayQuote };
      cells.push(cell);
      if (end === -1) return { ...row, cells };
      at = end + 1;
      continue;
    }
    let end = text.indexOf('"', at + 1);
    while (end !== -1 && text[end + 1] === '"') end = text.indexOf('"', end + 2);
    if (end === -1) return { ...row, cells, problem: strayQuote };
    cells.push(text.slice(at + 1, end).replaceAll('""', '"'));
    if (end + 1 === text.length) return { ...row, cells };
    if (text[end + 1] !== separator) return { ...row, cells, problem: strayQuote };
    at = end + 2;
  }
}

/** The cells of the text of one row; null if it has a stray quote. */
export function splitRow(text: string, separator: string): string[] | null {
  const { cells, problem } = rowOf(text, 1, separator);
  return problem === undefined ? cells : null;
}

const strayQuote = 'must have quotes only around a whole cell, and doubled inside it';
