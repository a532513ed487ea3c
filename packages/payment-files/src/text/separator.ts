/** The separators of cells, by the names that a command line can have. */
export const separators = { comma: ',', semicolon: ';', tab: '\t', pipe: '|' } as const;
export type SeparatorName = keyof typeof separators;

const known: readonly string[] = Object.values(separators);

/** The separator that a first line such as `sep=;` names, as Excel reads it; null for other lines. */
export function namedSeparator(firstLine: string): string | null {
  const [, separator] = /^"?sep=([^"\w])"?$/i.exec(firstLine) ?? [];
  return separator ?? null;
}

/**
 * The separator of a header: the one that it has most often outside of quotes. A header names columns, so another
 * separator hardly occurs in it. A header of one column has a comma.
 */
export function separatorOf(header: string): string {
  const bare = header.replaceAll(/"[^"]*"/g, '');
  const counts = known.map((separator) => bare.split(separator).length - 1);
  const most = Math.max(...counts);
  return (most > 0 && known[counts.indexOf(most)]) || ',';
}
