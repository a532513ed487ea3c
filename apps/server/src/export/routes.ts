import { Readable } from 'node:stream';
import { type Actor, isAffected } from '@paydeck/api/actor';
import { authenticate } from '@paydeck/api/authenticate';
import type { Services } from '@paydeck/api/context';
import { AppError } from '@paydeck/api/errors';
import { paymentFilter } from '@paydeck/api/payment-filter';
import { type CopyTotals, copyPayments, createPiecePool } from '@paydeck/db/payment-copy';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { bearerToken } from '../http/bearer-token.ts';
import type { CallerOf } from '../http/caller.ts';
import type { GiveWay } from '../http/give-way.ts';
import { read } from '../rest/operation.ts';
import { filterFrom, jsonFromQuery } from '../rest/query.ts';
import { restError } from '../rest/rest-error.ts';
import { exportQuery } from '../rest/shapes.ts';
import { createExportAudit } from './export-audit.ts';
import { csvHeader, formats, separators } from './formats.ts';
import { ReaderLeftError, sendFile } from './send-file.ts';
import type { SpoolOptions } from './spool.ts';
import { totalsLine, trailerNames } from './totals.ts';

/**
 * Each export has its own database connection, and may hold the rest of its file on disk until its client has read it. One
 * place is kept for admins.
 */
const maxRunning = { viewer: 4, admin: 5 };
/** Leaves one export to other users, however slowly one user's clients read. */
const maxPerUser = 3;
/** How long a client may read slower than the pace before it loses its place. */
const slowMs = 30_000;

/**
 * `GET /payments/export`: streams the filtered payments from COPY to the socket, as a file, in constant memory. A client that
 * reads slowly is served from disk, so that the database is done with the query as soon as it can be.
 */
export async function exportRoutes(
  app: FastifyInstance,
  {
    services,
    callerOf,
    giveWay,
    minBytesPerSecond,
    spool = {},
  }: {
    services: Services;
    callerOf: CallerOf;
    giveWay: GiveWay;
    minBytesPerSecond: number;
    spool?: SpoolOptions;
  },
) {
  const pace = { minBytesPerSecond, windowMs: slowMs };
  const running: Actor[] = [];
  app.get('/payments/export', async (request, reply) => {
    const actor = await authenticate(services, bearerToken(request.headers.authorization));
    const { filter, format, filename, columns, separator, decimal, header, lastLine } = readExportRequest(
      request.query,
      services,
    );
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
    // A stream has no length. Without a body, Fastify would answer with the length of an empty file.
    if (isHead) return reply.headers(headers).send(Readable.from([]));

    // A token that expires during the export does not end it: the token was valid when the export began.
    const detach = services.sessionCache.onAccessChanged((change) => {
      if (isAffected(actor, change)) reply.raw.destroy();
    });
    running.push(actor);
    const audit = createExportAudit(services, { actor, caller: callerOf(request.raw), format, filter });
    try {
      await audit.start(request.raw.socket);
      const pool = createPiecePool();
      const copy = await copyPayments(services.db, { filter, format, columns, separator, decimal, pool });
      try {
        reply.hijack();
        // HTTP/1.0, which some proxies use, has no trailers.
        const trailer = request.raw.httpVersion === '1.0' ? {} : { trailer: trailerNames };
        reply.raw.writeHead(200, { ...headersOf(reply), ...headers, ...trailer });
        const { lines, totals } = copy;
        await sendFile(reply.raw, { header, lines, totals, lastLine, pool, gzip, pace, spool, giveWay });
        audit.complete(totals().rows);
      } catch (err) {
        request.log[err instanceof ReaderLeftError ? 'info' : 'error']({ err }, 'export ended early');
      } finally {
        await copy.close();
      }
    } finally {
      detach();
      running.splice(running.indexOf(actor), 1);
      await audit
        .end()
        .catch((err: unknown) => request.log.error({ err }, 'the end of an export was not recorded'));
    }
  });
}

/** Reason: `too_many_requests`. */
function refuseTooMany(running: readonly Actor[], { userId, role }: Actor): void {
  const byThisUser = running.filter((actor) => actor.userId === userId).length;
  if (byThisUser >= maxPerUser) {
    throw new AppError(
      'too_many_requests',
      `A user may run at most ${maxPerUser} exports at a time. Try again when one of yours has ended.`,
    );
  }
  if (running.length >= maxRunning[role]) {
    throw new AppError(
      'too_many_requests',
      `The server runs at most ${maxRunning[role]} exports at a time. Try again when one has ended.`,
    );
  }
}

/** The filter, the format with its columns, the last line and the file name that the query string asks for. Reason: `invalid_input`. */
function readExportRequest(parameters: unknown, { settings }: Services) {
  try {
    const query = read(exportQuery, jsonFromQuery(parameters));
    const filter = read(paymentFilter, filterFrom(query, settings));
    const range = [query.startDate && `from-${query.startDate}`, query.endDate && `to-${query.endDate}`];
    const name = ['payments', ...range.filter(Boolean)].join('-').replaceAll(/[^\w.-]/g, '');
    const { format, columns = [], decimal } = query;
    const separator = separators[query.separator];
    const header = format === 'csv' ? csvHeader(columns, separator, query.bom === 'true') : '';
    const lastLine = query.totals === 'line' ? (totals: CopyTotals) => totalsLine(format, totals) : null;
    return { filter, format, filename: `${name}.${format}`, columns, separator, decimal, header, lastLine };
  } catch (error) {
    throw restError(error);
  }
}

/** Whether `Accept-Encoding` names gzip, and not with the weight 0 (RFC 9110, 12.5.3). */
const acceptsGzip = (header: string | string[] | undefined): boolean =>
  /(^|,)\s*gzip\s*(?!;\s*q=0(\.0*)?\s*(,|$))(;|,|$)/i.test(String(header ?? ''));

/** The headers that hooks have set, for security and CORS. */
const headersOf = (reply: FastifyReply): Record<string, string | number | string[]> =>
  Object.fromEntries(
    Object.entries(reply.getHeaders()).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, value]],
    ),
  );
