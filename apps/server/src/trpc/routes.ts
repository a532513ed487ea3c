import type { Services } from '@paydeck/api/context';
import { toAppError } from '@paydeck/api/errors';
import { appRouter } from '@paydeck/api/router';
import { type FastifyTRPCPluginOptions, fastifyTRPCPlugin } from '@trpc/server/adapters/fastify';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { failureOf, logFailure, outputJson } from '../calls/answers.ts';
import { callProcedure } from '../calls/call-procedure.ts';
import { checkJson } from '../calls/json-text.ts';
import type { Config } from '../config.ts';
import type { CallerOf } from '../http/caller.ts';
import { jsonBodyText } from '../http/json-body.ts';
import { refreshTokenCookie } from '../http/refresh-token-cookie.ts';
import { maxAnonymousBytes, requestLimits } from '../http/request-limits.ts';
import { httpContext } from '../http/trpc-context.ts';
import { watchEventStream } from '../live/event-stream.ts';
import type { LiveConnections } from '../live/live-connections.ts';
import { type SingleCall, singleCallOf } from './single-call.ts';

type TrpcOptions = {
  services: Services;
  config: Config;
  connections: LiveConnections;
  callerOf: CallerOf;
};

/** tRPC over HTTP. A single call is answered here, and everything else by tRPC's adapter (docs/adr/0022). */
export async function trpcRoutes(app: FastifyInstance, options: TrpcOptions) {
  app.addHook('preHandler', (request, reply, done) => {
    const call = singleCallOf(request);
    if (call !== null) return void answerCall(call, request, reply, options);
    checkForAdapter(request);
    done();
  });
  app.addHook('onSend', (_request, _reply, payload, done) => {
    // Only for an answer of the adapter: the first use of `Response` makes Node load its fetch.
    if (typeof payload === 'object' && payload instanceof Response) completeHeaders(payload.headers);
    done();
  });
  await app.register(async (inner) => {
    // Called instead of registered, so that its parser of JSON, which loses letters of other encodings, can be replaced.
    fastifyTRPCPlugin(inner, { trpcOptions: adapterOptions(options) }, () => {});
    inner.removeContentTypeParser('application/json');
    inner.addContentTypeParser('application/json', { parseAs: 'buffer' }, (request, body: Buffer, done) =>
      done(null, jsonBodyText(request, body)),
    );
  });
}

/** Checks the JSON that the adapter is about to parse. Reason: `invalid_input`. */
function checkForAdapter({ body, query }: FastifyRequest): void {
  // In a batch, the input of each call is below its number.
  const pathOf = (path: string) => path.replace(/^\d+\./, '');
  if (typeof body === 'string') checkJson(body, pathOf);
  const input = typeof query === 'object' && query !== null && 'input' in query ? query.input : null;
  if (typeof input === 'string') checkJson(input, pathOf);
}

/** Answers as tRPC's adapter does, without its Request and Response. wire/recorded-replies.test.ts compares the bytes. */
async function answerCall(
  { path, procedure, readInput }: SingleCall,
  request: FastifyRequest,
  reply: FastifyReply,
  { services, config, callerOf }: TrpcOptions,
): Promise<void> {
  try {
    const context = httpContext(services, {
      request,
      callerOf,
      calls: 1,
      reply,
      refreshTokenCookie: refreshTokenCookie(request, reply, config),
    });
    const output = await callProcedure(procedure, { path, context, readInput });
    sendJson(reply, 200, `{"result":{"data":${outputJson(output)}}}`);
  } catch (cause) {
    const failure = failureOf(cause, { path, type: procedure._def.type });
    logFailure(request.log, failure, { path, call: 'call' });
    if (failure.retryAfterSeconds !== undefined) reply.header('retry-after', failure.retryAfterSeconds);
    sendJson(reply, failure.httpStatus, `{"error":${failure.json}}`);
  }
}

const answerHeaders = {
  vary: 'trpc-accept, accept, Origin',
  // Keeps caches from storing tokens and payments.
  'cache-control': 'no-store',
  'content-type': 'application/json',
};

/** JSON has no charset (RFC 8259, 11). The serializer keeps Fastify from adding one. */
function sendJson(reply: FastifyReply, status: number, json: string): void {
  reply.status(status).headers(answerHeaders).serializer(String).send(json);
}

function adapterOptions({
  services,
  config,
  connections,
  callerOf,
}: TrpcOptions): FastifyTRPCPluginOptions<typeof appRouter>['trpcOptions'] {
  return {
    router: appRouter,
    maxBatchSize: requestLimits.batchedCalls,
    // Applies to multipart bodies: tRPC reads them itself, without Fastify's limit, and no procedure takes them.
    maxBodySize: maxAnonymousBytes,
    createContext: ({ req, res, info }) => {
      const isStream = info.type === 'subscription';
      const context = httpContext(services, {
        request: req,
        callerOf,
        calls: info.calls.length,
        reply: res,
        refreshTokenCookie: refreshTokenCookie(req, res, config),
        streamTicket: (isStream && info.connectionParams?.ticket) || null,
      });
      return isStream ? watchEventStream(context, res.raw, connections) : context;
    },
    responseMeta: ({ errors }) => {
      const waits = errors.flatMap((error) => toAppError(error).retryAfterSeconds ?? []);
      return waits.length === 0 ? {} : { headers: { 'retry-after': String(Math.max(...waits)) } };
    },
    onError: ({ error, path, type, req }) => {
      logFailure(req.log, failureOf(error, { path, type }), { path, call: 'call' });
    },
  };
}

/**
 * Adds what the adapter's answers lack: they overwrite the `Vary` of CORS, have a wrong content type when the whole request
 * is refused, and do not keep caches from storing tokens and payments.
 */
function completeHeaders(headers: Headers): void {
  headers.append('vary', 'Origin');
  if (!headers.has('cache-control')) headers.set('cache-control', 'no-store');
  if (headers.get('content-type')?.startsWith('text/plain')) headers.set('content-type', 'application/json');
}
