import { pipeline } from 'node:stream/promises';
import { authenticate } from '@paydeck/api/authenticate';
import type { Services } from '@paydeck/api/context';
import { copyPayments } from '@paydeck/db/copy-payments';
import type { FastifyInstance } from 'fastify';
import { bearerToken } from '../http/trpc-context.ts';
import { crlfRows, csvHeader, unusualExponents } from './csv.ts';
import { filterFromQuery } from './filter-query.ts';

const csvHeaders = {
  'content-type': 'text/csv; charset=utf-8',
  'content-disposition': 'attachment; filename=payments.csv',
  'cache-control': 'no-store',
};

const stalledMs = 60_000;

/** `GET /payments/export`: the filtered payments as CSV, streamed from COPY to the socket in constant memory. */
export async function exportRoutes(app: FastifyInstance, { services }: { services: Services }) {
  app.get('/payments/export', async (request, reply) => {
    await authenticate(services, bearerToken(request.headers.authorization));
    const filter = filterFromQuery(request.query);
    // Fastify sends HEAD here too: what it asks for is known without reading the payments.
    if (request.method === 'HEAD') return reply.headers(csvHeaders).send();
    const copy = await copyPayments(services.db, { filter, unusualExponents: unusualExponents() });
    reply.hijack();
    reply.raw.writeHead(200, {
      ...withoutUndefined(reply.getHeaders()),
      ...csvHeaders,
    });
    // A reader that stalls would hold the query, and with it vacuum, for ever.
    reply.raw.setTimeout(stalledMs, () => reply.raw.destroy());
    reply.raw.write(csvHeader);
    try {
      await pipeline(copy.rows, crlfRows(), reply.raw);
    } catch (err) {
      // The reply has begun: cutting the socket is how the client learns that the file is not whole.
      request.log.info({ err }, 'export ended early');
      reply.raw.destroy();
    } finally {
      await copy.close();
    }
  });
}

function withoutUndefined(
  headers: Record<string, string | number | string[] | undefined>,
): Record<string, string | number | string[]> {
  return Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
}
