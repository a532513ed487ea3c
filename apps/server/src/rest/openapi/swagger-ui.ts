import swagger, { type FastifyStaticSwaggerOptions } from '@fastify/swagger';
import swaggerUi from '@fastify/swagger-ui';
import { type FastifyInstance, fastify } from 'fastify';
import { authorizeFromReply } from './swagger-authorization.ts';

/** Swagger UI at `<prefix>/docs`, as a separate app: the server's app takes no routes once it listens. */
export async function createSwaggerUi(
  document: object,
  { prefix }: { prefix: string },
): Promise<FastifyInstance> {
  const app = fastify();
  await app.register(swagger, { mode: 'static', specification: { document: asSpecification(document) } });
  await app.register(swaggerUi, {
    routePrefix: `${prefix}/docs`,
    theme: { title: 'Paydeck API' },
    uiConfig: {
      displayRequestDuration: true,
      tryItOutEnabled: true,
      responseInterceptor: authorizeFromReply,
    },
  });
  return app;
}

/** The document is valid OpenAPI, though its schemas are typed as JSON: openapi.test.ts runs two validators on it. */
function asSpecification(document: object) {
  return document as Extract<FastifyStaticSwaggerOptions['specification'], { document: unknown }>['document'];
}
