import { copyMarks } from '@paydeck/db/payments';

/** The file formats of an export. CSV has the specified columns; JSON Lines has the payments of the REST API. */
export const formats = {
  csv: {
    ...copyMarks.csv,
    lineEnd: '\r\n',
    contentType: 'text/csv; charset=utf-8',
    header: 'ID,Amount,Method,Status,Receiver,Description,Created At\r\n',
  },
  jsonl: { ...copyMarks.jsonl, lineEnd: '\n', contentType: 'application/x-ndjson', header: '' },
} as const;
