import { randomUUID } from 'node:crypto';
import cookie from '@fastify/cookie';
import cors from '@fastify/cors';
import type { Services } from '@paydeck/api/context';
import { AppError } from '@paydeck/api/errors';
import { type FastifyBaseLogger, type FastifyInstance, fastify } from 'fastify';
import type { Config } from './config.ts';
import { exportRoutes } from './export/routes.ts';
import { redirectToBasePath, withoutBasePath } from './http/base-path.ts';
import { limitBodies } from './http/body-limits.ts';
import type { CallerOf } from './http/caller.ts';
import { answerConnectionError } from './http/connection-errors.ts';
import type { ConnectionRoom } from './http/connection-room.ts';
import { answerError, answerErrors } from './http/error-replies.ts';
import { createGiveWay } from './http/give-way.ts';
import { healthRoutes } from './http/health.ts';
import { createHostRefusal } from './http/hosts.ts';
import { serveMetrics } from './http/metrics.ts';
import { isListed } from './http/origins.ts';
import { pageRoutes } from './http/page.ts';
import { maxBodyBytes, requestLimits } from './http/request-limits.ts';
import { noSchemaCompilers } from './http/schema-compilers.ts';
import { securityHeaders } from './http/security-headers.ts';
import type { LiveConnections } from './live/live-connections.ts';
import { restRoutes } from './rest/routes.ts';
import { trpcRoutes } from './trpc/routes.ts';

/** Everything that is served over HTTP: tRPC, REST, the export, health, metrics and the page. Does not listen yet. */
export async function createApp(
  services: Services,
  config: Config,
  {
    connections,
    callerOf,
    log,
    isStopping,
    refuses,
  }: {
    connections: LiveConnections;
    callerOf: CallerOf;
    log: FastifyBaseLogger;
    isStopping(): boolean;
    refuses: ConnectionRoom['refuses'];
  },
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
    routerOptions: { maxParamLength: 2_000, ignoreTrailingSlash: true },
    rewriteUrl: ({ url = '/' }) => withoutBasePath(url, config.basePath),
    frameworkErrors: answerError,
    genReqId: () => randomUUID(),
    loggerInstance: log,
    schemaController: noSchemaCompilers,
  });
  answerErrors(app);
  const constantHeaders = securityHeaders(config);
  app.addHook('onRequest', (request, reply, done) => {
    reply.headers(constantHeaders).header('x-request-id', request.id);
    done();
  });
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
  const hostRefusal = createHostRefusal(config);
  // Async, so that Node's own refusal goes out first if the body that came with the head is malformed.
  app.addHook('onRequest', async ({ raw, headers, url }, reply) => {
    const hasRoom = !refuses(raw.socket);
    if (!hasRoom) reply.header('connection', 'close');
    if (isStopping() && !url.startsWith('/health'))
      throw new AppError('shutting_down', 'The server is stopping. Try again in a moment.');
    if (!hasRoom && !url.startsWith('/health'))
      throw new AppError('too_many_requests', 'The server has too many connections. Try again in a moment.');
    if (raw.httpVersion === '1.1' && headers.host === undefined)
      throw new AppError('invalid_input', 'An HTTP/1.1 request must have a Host header.');
    const refusal = hostRefusal(headers);
    if (refusal !== null) throw refusal;
  });
  redirectToBasePath(app, config.basePath);
  const giveWay = createGiveWay(() => services.callShares.hasRecentCalls());
  limitBodies(app, services, giveWay);
  serveMetrics(app, { services, config, openConnections: connections.count });

  await app.register(trpcRoutes, { prefix: '/trpc', services, config, connections, callerOf });
  await app.register(healthRoutes, { services, environment: config.environment, isStopping });
  await app.register(restRoutes, {
    prefix: '/api',
    services,
    callerOf,
    servesDocs: config.servesDocs,
    basePath: config.basePath,
  });
  await app.register(exportRoutes, {
    prefix: '/api',
    services,
    callerOf,
    giveWay,
    minBytesPerSecond: config.exportMinKbPerSecond * 1_000,
  });
  await app.register(pageRoutes);
  return app;
}
