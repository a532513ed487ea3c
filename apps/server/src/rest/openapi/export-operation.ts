import { exportQuery } from '../shapes.ts';
import type { Documented } from './document.ts';
import { examples } from './examples.ts';

/** The documentation of the export. It is not an `Operation`, since it answers with a stream: see `export/routes.ts`. */
export const exportOperation: Documented = {
  method: 'GET',
  path: '/payments/export',
  tag: 'payments',
  summary: 'Download all payments that match, as a file',
  description:
    'Oldest first, without a limit, with gzip if the client accepts it. The trailers `x-row-count`, `x-sum-minor` and ' +
    '`x-as-of` say what was sent; with `totals=line`, the last line of the file does so, too. In CSV, an apostrophe stands before what a spreadsheet would run as a formula. The amounts of CSV have no currency unless `columns` names it.',
  access: 'signed-in',
  query: exportQuery,
  status: 200,
  refusals: { 429: 'Too many exports are running, of this user or of all users.' },
  reply: null,
  produces: {
    'text/csv':
      'ID,Amount,Method,Status,Receiver,Description,Created At\r\n' +
      'uuid1,1250.00,credit_card,success,John Doe,Online purchase,2024-01-15T10:30:00.000Z\r\n',
    'application/x-ndjson': `${JSON.stringify(examples.Payment)}\n`,
  },
};
