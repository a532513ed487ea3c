/** The file formats of an export. CSV has the specified columns; JSON Lines has the payments of the REST API. */
export const formats = {
  csv: {
    contentType: 'text/csv; charset=utf-8',
    header: 'ID,Amount,Method,Status,Receiver,Description,Created At\r\n',
  },
  jsonl: { contentType: 'application/x-ndjson', header: '' },
} as const;

export type ExportFormat = keyof typeof formats;
