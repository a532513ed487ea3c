import swagger, { type FastifyStaticSwaggerOptions } from '@fastify/swagger';
import swaggerUi from '@fastify/swagger-ui';
import type { FastifyInstance } from 'fastify';
import { type Documented, openApiDocument } from './document.ts';
import { authorizeFromReply } from './swagger-authorization.ts';

/** Serves `/api/openapi.json`, and Swagger UI from local files at `/api/docs`. Anyone may read them. */
export async function docsRoutes(
  app: FastifyInstance,
  { operations }: { operations: readonly Documented[] },
) {
  const document = openApiDocument(operations);
  app.get('/openapi.json', () => document);
  await app.register(swagger, { mode: 'static', specification: { document: asSpecification(document) } });
  await app.register(swaggerUi, {
    routePrefix: '/docs',
    indexPrefix: app.prefix,
    theme: { title: 'Paydeck API' },
    uiConfig: {
      persistAuthorization: true,
      displayRequestDuration: true,
      tryItOutEnabled: true,
      responseInterceptor: authorizeFromReply,
    },
    // On plain http the browser would load the page's scripts over https. All of them come from this server.
    transformStaticCSP: (policy) =>
      policy.replace(/;? *upgrade-insecure-requests/, '').replaceAll(' https:', ''),
  });
}

/** The document is valid OpenAPI, though its schemas are typed as JSON: openapi.test.ts runs two validators on it. */
function asSpecification(document: object) {
  return document as Extract<FastifyStaticSwaggerOptions['specification'], { document: unknown }>['document'];
}
