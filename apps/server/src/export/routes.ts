import { Readable } from 'node:stream';
import type { Actor } from '@paydeck/api/actor';
import { authenticate } from '@paydeck/api/authenticate';
import type { Services } from '@paydeck/api/context';
import { AppError } from '@paydeck/api/errors';
import { paymentFilter } from '@paydeck/api/payments-schema';
import { copyPayments } from '@paydeck/db/copy-payments';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { bearerToken } from '../http/bearer-token.ts';
import { isOf } from '../live/live-connections.ts';
import { restError } from '../rest/names.ts';
import { read } from '../rest/operation.ts';
import { filterFrom, jsonFromQuery } from '../rest/query.ts';
import { exportQuery } from '../rest/shapes.ts';
import { emptyTally, fileRows } from './file-rows.ts';
import { formats } from './formats.ts';
import { sendFile, trailerNames } from './send-file.ts';

/** Each holds a database connection as long as its reader takes: more would starve each other. */
const maxAtOnce = 4;
/** One place is left to the others, however slowly one user's readers read. */
const maxPerUser = 3;

/** `GET /payments/export`: the filtered payments as a file, streamed from COPY to the socket in constant memory. */
export async function exportRoutes(
  app: FastifyInstance,
  { services, stallMs = 30_000 }: { services: Services; stallMs?: number },
) {
  const running: Actor[] = [];
  app.get('/payments/export', async (request, reply) => {
    const actor = await authenticate(services, bearerToken(request.headers.authorization));
    const { filter, format, filename } = asked(request.query, services);
    const isHead = request.method === 'HEAD';
    if (!isHead) refuseTooMany(running, actor);
    const gzip = acceptsGzip(request.headers['accept-encoding']);
    const headers = {
      'content-type': formats[format].contentType,
      'content-disposition': `attachment; filename=${filename}`,
      'cache-control': 'no-store',
      vary: [reply.getHeader('vary'), 'Accept-Encoding'].filter(Boolean).join(', '),
      ...(gzip && { 'content-encoding': 'gzip' }),
    };
    // Of a stream Fastify tells no length; with no body at all it would tell that of an empty file.
    if (isHead) return reply.headers(headers).send(Readable.from([]));

    // A token that expires meanwhile does not cut it: it was asked for in time.
    const detach = services.sessionCache.onAccessChanged((change) => {
      if (isOf(change, actor)) reply.raw.destroy();
    });
    running.push(actor);
    try {
      const copy = await copyPayments(services.db, { filter, format });
      try {
        reply.hijack();
        // HTTP/1.0, as some proxies speak, has no trailers.
        const trailer = request.raw.httpVersion === '1.0' ? {} : { trailer: trailerNames };
        reply.raw.writeHead(200, { ...headersOf(reply), ...headers, ...trailer });
        const tally = emptyTally();
        const { header } = formats[format];
        const shape = fileRows(formats[format], tally);
        await sendFile(reply.raw, { header, rows: copy.rows, shape, tally, gzip, stallMs });
      } catch (err) {
        request.log.info({ err }, 'export ended early');
      } finally {
        await copy.close();
      }
    } finally {
      detach();
      running.splice(running.indexOf(actor), 1);
    }
  });
}

/** Reason: `too_many_requests`. */
function refuseTooMany(running: readonly Actor[], { userId }: Actor): void {
  const own = running.filter((actor) => actor.userId === userId).length;
  if (running.length < maxAtOnce && own < maxPerUser) return;
  const which = own < maxPerUser ? `${maxAtOnce} exports` : `${maxPerUser} exports of yours`;
  const message = `${which} are running already. Try again when one of them has ended.`;
  throw new AppError('too_many_requests', message);
}

/** What an export is asked for, by the parameters of the list. Reason: `invalid_input`. */
function asked(parameters: unknown, { settings }: Services) {
  try {
    const query = read(exportQuery, jsonFromQuery(parameters));
    const filter = read(paymentFilter, filterFrom(query, settings));
    const range = [query.startDate && `from-${query.startDate}`, query.endDate && `to-${query.endDate}`];
    const name = ['payments', ...range.filter(Boolean)].join('-').replaceAll(/[^\w.-]/g, '');
    return { filter, format: query.format, filename: `${name}.${query.format}` };
  } catch (error) {
    throw restError(error);
  }
}

/** Whether gzip is named, and not with the weight 0 (RFC 9110, 12.5.3). */
const acceptsGzip = (header: string | string[] | undefined): boolean =>
  /(^|,)\s*gzip\s*(?!;\s*q=0(\.0*)?\s*(,|$))(;|,|$)/i.test(String(header ?? ''));

/** Those that hooks have set, of security and CORS. */
const headersOf = (reply: FastifyReply): Record<string, string | number | string[]> =>
  Object.fromEntries(
    Object.entries(reply.getHeaders()).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, value]],
    ),
  );
