/** The file formats of an export. CSV has the specified columns and those that are asked for; JSON Lines has the payments of the REST API. */
export const formats = {
  csv: { contentType: 'text/csv; charset=utf-8' },
  jsonl: { contentType: 'application/x-ndjson' },
} as const;

/** The columns of CSV that `columns=` can add, with their titles. */
export const moreColumns = {
  currency: 'Currency',
  failureCode: 'Failure Code',
  failureMessage: 'Failure Message',
} as const;

/** The characters between two cells of CSV. Excel in countries with decimal commas expects semicolons. */
export const separators = { comma: ',', semicolon: ';', tab: '\t' } as const;

export const moreColumnNames = [
  'currency',
  'failureCode',
  'failureMessage',
] as const satisfies readonly (keyof typeof moreColumns)[];
/** The first line of a file of CSV. A byte order mark makes Excel read the file as UTF-8. */
export function csvHeader(
  more: readonly (keyof typeof moreColumns)[],
  separator: string,
  bom: boolean,
): string {
  const titles = [
    'ID',
    'Amount',
    'Method',
    'Status',
    'Receiver',
    'Description',
    ...more.map((name) => moreColumns[name]),
    'Created At',
  ];
  return `${bom ? '\uFEFF' : ''}${titles.join(separator)}\r\n`;
}
export type ExportFormat = keyof typeof formats;
