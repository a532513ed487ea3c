import type { Documented } from './openapi.ts';
import { paymentQuery } from './shapes.ts';

/** The export answers with a stream, past the operations; see `export/routes.ts`. */
export const exportDocs: Documented = {
  method: 'GET',
  path: '/payments/export',
  tag: 'payments',
  summary: 'All payments that match, as a file',
  description: 'Oldest first, without a cap. A text that a spreadsheet would run gets a leading apostrophe.',
  access: 'signed-in',
  query: paymentQuery,
  status: 200,
  reply: null,
  produces: {
    'text/csv':
      'ID,Amount,Method,Status,Receiver,Description,Created At\r\n' +
      'uuid1,1250.00,credit_card,success,John Doe,Online purchase,2024-01-15T10:30:00.000Z\r\n',
  },
};
