import { copyMarks } from '@paydeck/db/copy-payments';

/** The files that an export can be. CSV has the specification's columns; JSON Lines has what the REST API shows. */
export const formats = {
  csv: {
    ...copyMarks.csv,
    lineEnd: '\r\n',
    contentType: 'text/csv; charset=utf-8',
    header: 'ID,Amount,Method,Status,Receiver,Description,Created At\r\n',
  },
  jsonl: { ...copyMarks.jsonl, lineEnd: '\n', contentType: 'application/x-ndjson', header: '' },
} as const;
