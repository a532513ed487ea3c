import { randomUUID } from 'node:crypto';
import cookie from '@fastify/cookie';
import cors from '@fastify/cors';
import helmet from '@fastify/helmet';
import type { Services } from '@paydeck/api/context';
import { AppError, toAppError } from '@paydeck/api/errors';
import { appRouter } from '@paydeck/api/router';
import { type FastifyTRPCPluginOptions, fastifyTRPCPlugin } from '@trpc/server/adapters/fastify';
import { type FastifyBaseLogger, type FastifyInstance, fastify } from 'fastify';
import type { Config } from './config/config.ts';
import { exportRoutes } from './export/routes.ts';
import { answerConnectionError } from './http/connection-errors.ts';
import { answerError, answerErrors } from './http/error-replies.ts';
import { healthRoutes } from './http/health.ts';
import { serveMetrics } from './http/metrics.ts';
import { isListed } from './http/origins.ts';
import { pageRoutes } from './http/page.ts';
import { refreshTokenCookie } from './http/refresh-token-cookie.ts';
import { maxBodyBytes, requestLimits } from './http/request-limits.ts';
import { noSchemaCompilers } from './http/schema-compilers.ts';
import { httpContext } from './http/trpc-context.ts';
import { watchEventStream } from './live/event-stream.ts';
import type { LiveConnections } from './live/live-connections.ts';
import { restRoutes } from './rest/routes.ts';

/** Everything that is served over HTTP: tRPC, REST, the export, health, metrics and the page. Does not listen yet. */
export async function createApp(
  services: Services,
  config: Config,
  {
    connections,
    log,
    isStopping,
  }: { connections: LiveConnections; log: FastifyBaseLogger; isStopping(): boolean },
): Promise<FastifyInstance> {
  const app = fastify({
    bodyLimit: maxBodyBytes,
    requestTimeout: requestLimits.arrivalSeconds * 1_000,
    keepAliveTimeout: 72_000,
    http: {
      // curl offers an upgrade to HTTP/2 with each request. Such an offer is ignored.
      shouldUpgradeCallback: ({ headers }) => headers.upgrade?.toLowerCase() === 'websocket',
      // Node's own refusal of a request without a Host header has no body, so the hook below refuses it instead.
      requireHostHeader: false,
    },
    clientErrorHandler: answerConnectionError,
    // Fastify's own refusal has neither reason nor path, so the hook below refuses requests while the server stops.
    return503OnClosing: false,
    routerOptions: { maxParamLength: 2_000 },
    frameworkErrors: answerError,
    genReqId: () => randomUUID(),
    loggerInstance: log,
    schemaController: noSchemaCompilers,
  });
  answerErrors(app);
  app.addHook('onRequest', async (request, reply) => {
    reply.header('x-request-id', request.id);
  });
  app.addHook('onSend', async (_request, _reply, payload) => {
    if (payload instanceof Response) completeHeaders(payload.headers);
  });
  await app.register(helmet, { frameguard: { action: 'deny' } });
  await app.register(cors, {
    // A function, since with a list the plugin sends the other CORS headers to every page, listed or not.
    origin: (origin, decide) => decide(null, isListed(origin, config.allowedOrigins)),
    credentials: true,
    methods: ['GET', 'HEAD', 'PUT', 'PATCH', 'POST', 'DELETE', 'OPTIONS'],
    allowedHeaders: [
      'Content-Type',
      'Authorization',
      'Accept',
      'Idempotency-Key',
      'trpc-accept',
      'Last-Event-ID',
      'X-Paydeck-Session',
    ],
    exposedHeaders: ['X-Request-Id', 'Idempotency-Replayed', 'Content-Disposition'],
    maxAge: 600,
  });
  await app.register(cookie);
  app.addHook('onRequest', async ({ raw, headers, url }) => {
    if (isStopping() && !url.startsWith('/health'))
      throw new AppError('shutting_down', 'The server is stopping. Try again in a moment.');
    if (raw.httpVersion === '1.1' && headers.host === undefined)
      throw new AppError('invalid_input', 'An HTTP/1.1 request must have a Host header.');
  });
  serveMetrics(app, { services, openConnections: connections.count });

  const trpcOptions: FastifyTRPCPluginOptions<typeof appRouter>['trpcOptions'] = {
    router: appRouter,
    maxBatchSize: requestLimits.batchedCalls,
    // Applies to multipart bodies: tRPC reads them itself, without Fastify's limit.
    maxBodySize: maxBodyBytes,
    createContext: ({ req, res, info }) => {
      const isStream = info.type === 'subscription';
      const context = httpContext(services, {
        requestId: req.id,
        headers: req.headers,
        calls: info.calls.length,
        reply: res,
        refreshTokenCookie: refreshTokenCookie(req, res, config),
        streamToken: (isStream && info.connectionParams?.token) || null,
      });
      return isStream ? watchEventStream(context, res.raw, connections) : context;
    },
    onError: ({ error, path, req }) => {
      const { reason, httpStatus } = toAppError(error);
      if (httpStatus >= 500) req.log.error({ err: error, path, reason }, 'call failed');
      else req.log.info({ path, reason }, 'call refused');
    },
  };
  await app.register(fastifyTRPCPlugin, { prefix: '/trpc', trpcOptions });
  await app.register(healthRoutes, { services, environment: config.environment, isStopping });
  await app.register(restRoutes, { prefix: '/api', services });
  await app.register(exportRoutes, { prefix: '/api', services });
  await app.register(pageRoutes);
  return app;
}

/**
 * Adds what tRPC's answers lack: they overwrite the `Vary` of CORS, have a wrong content type when the whole request is
 * refused, and do not keep caches from storing tokens and payments.
 */
function completeHeaders(headers: Headers): void {
  headers.append('vary', 'Origin');
  if (!headers.has('cache-control')) headers.set('cache-control', 'no-store');
  if (headers.get('content-type')?.startsWith('text/plain')) headers.set('content-type', 'application/json');
}
