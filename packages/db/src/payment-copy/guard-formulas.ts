const [tab, lineFeed, carriageReturn, space, quote, apostrophe, comma, semicolon] = [
  0x09, 0x0a, 0x0d, 0x20, 0x22, 0x27, 0x2c, 0x3b,
];
/** The signs that begin a formula, in ASCII and in full width (OWASP, CSV injection). */
const signs = ['-', '=', '+', '@', '＝', '＋', '－', '＠'].map((sign) => Buffer.from(sign));
const isFirstByteOfSign = new Set(signs.map(([first]) => first));

/** The places at which a program that expects another separator than the file has would begin a cell. */
export type CellBreaks = {
  /** For each byte, whether a cell would begin after it. */
  isBreak: readonly boolean[];
  /** Matches each row, read as Latin-1, that has such a place before a formula. It may match others, too. */
  candidate: RegExp;
};

/** The bytes that end a cell for a program that expects another separator, and doesn't see that the cell is quoted. */
export function cellBreaks(separator: string): CellBreaks {
  const others = [semicolon, comma, tab, lineFeed, carriageReturn].filter(
    (byte) => byte !== separator.charCodeAt(0),
  );
  return {
    isBreak: Array.from({ length: 256 }, (_, byte) => others.includes(byte)),
    candidate: new RegExp(`[${String.fromCharCode(...others)}]['" ]*[=+@\\xEF-]`),
  };
}

/**
 * A row of CSV, ending with a line feed, in which an apostrophe follows each break that a formula follows: `Acme;=1+1` becomes
 * `Acme;'=1+1`. Spreadsheets of countries with decimal commas split CSV at semicolons, and would run it. Apostrophes before
 * the formula get one more, so removing one always gives the stored text.
 *
 * It works on bytes in Node: looking for the breaks in PostgreSQL would make an export a tenth slower. The regular expression
 * rules out nearly all rows in a third of the time that a loop over their bytes takes.
 */
export function guardFormulas(row: Buffer, breaks: CellBreaks): Buffer {
  if (!breaks.candidate.test(row.toString('latin1'))) return row;
  let guarded: Buffer[] | null = null;
  let start = 0;
  for (let at = 0; at < row.length - 1; at += 1) {
    if (breaks.isBreak[row[at] ?? 0] !== true || !beginsFormula(row, at)) continue;
    guarded ??= [];
    guarded.push(row.subarray(start, at + 1), Buffer.of(apostrophe));
    start = at + 1;
  }
  return guarded === null ? row : Buffer.concat([...guarded, row.subarray(start)]);
}

/** Whether the text after the break at this place begins a formula, perhaps after apostrophes, quotes and spaces. */
function beginsFormula(row: Buffer, at: number): boolean {
  let next = at + 1;
  while (row[next] === apostrophe) next += 1;
  // No program skips a space before a formula. After a comma, a minus is too frequent in ordinary texts.
  const skipsSpaces = row[at] !== comma;
  while (row[next] === quote || (skipsSpaces && row[next] === space)) next += 1;
  if (!isFirstByteOfSign.has(row[next])) return false;
  return signs.some((sign) => sign.equals(row.subarray(next, next + sign.length)));
}
