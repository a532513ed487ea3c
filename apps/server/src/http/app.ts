import { randomUUID } from 'node:crypto';
import cors from '@fastify/cors';
import helmet from '@fastify/helmet';
import type { Services } from '@paydeck/api/context';
import { toAppError } from '@paydeck/api/errors';
import { appRouter } from '@paydeck/api/router';
import { type FastifyTRPCPluginOptions, fastifyTRPCPlugin } from '@trpc/server/adapters/fastify';
import { type FastifyInstance, fastify } from 'fastify';
import type { Config } from '../config.ts';
import { exportRoutes } from '../export/routes.ts';
import { answerErrors } from './error-replies.ts';
import { healthRoutes } from './health.ts';
import { httpContext } from './trpc-context.ts';

/** Calls in one HTTP request. */
const maxBatchSize = 20;

/** The HTTP side: tRPC, health and the export. It does not listen yet. */
export async function createApp(
  services: Services,
  config: Config,
  { isStopping }: { isStopping(): boolean },
): Promise<FastifyInstance> {
  const app = fastify({
    // A createMany of 1,000 payments with long texts is some 2 MB.
    bodyLimit: 4 * 1024 * 1024,
    requestTimeout: 60_000,
    keepAliveTimeout: 72_000,
    routerOptions: { maxParamLength: 2_000 },
    genReqId: () => randomUUID(),
    logger: {
      level: config.logLevel,
      redact: ['req.headers.authorization', 'req.headers.cookie', 'token', 'password'],
      serializers: {
        // The query string of a tRPC call holds its input; the path says which call.
        req: (req) => ({ method: req.method, path: req.url?.split('?')[0], remoteAddress: req.ip }),
      },
    },
  });
  answerErrors(app);
  app.addHook('onSend', async (request, reply) => {
    reply.header('x-request-id', request.id);
  });
  await app.register(helmet);
  await app.register(cors, {
    origin: [...config.allowedOrigins],
    credentials: true,
    methods: ['GET', 'HEAD', 'PUT', 'PATCH', 'POST', 'DELETE', 'OPTIONS'],
    allowedHeaders: [
      'Content-Type',
      'Authorization',
      'Accept',
      'Idempotency-Key',
      'trpc-accept',
      'Last-Event-ID',
    ],
    exposedHeaders: ['X-Request-Id', 'Idempotency-Replayed'],
    maxAge: 600,
  });

  const trpcOptions: FastifyTRPCPluginOptions<typeof appRouter>['trpcOptions'] = {
    router: appRouter,
    maxBatchSize,
    createContext: ({ req, info }) =>
      httpContext(services, { requestId: req.id, headers: req.headers, calls: info.calls.length }),
    onError: ({ error, path, req }) => {
      const { reason, httpStatus } = toAppError(error);
      if (httpStatus >= 500) req.log.error({ err: error, path, reason }, 'call failed');
      else req.log.info({ path, reason }, 'call refused');
    },
  };
  await app.register(fastifyTRPCPlugin, { prefix: '/trpc', trpcOptions });
  await app.register(healthRoutes, { services, environment: config.environment, isStopping });
  await app.register(exportRoutes, { prefix: '/api', services });
  return app;
}
