import swagger, { type FastifyStaticSwaggerOptions } from '@fastify/swagger';
import swaggerUi from '@fastify/swagger-ui';
import type { FastifyInstance } from 'fastify';
import { type Documented, openApiDocument } from './document.ts';
import { authorizeFromReply } from './swagger-authorization.ts';

/** `/api/openapi.json`, and Swagger UI from local files at `/api/docs`. Anyone may read them. */
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
    // On plain http the browser would ask for the page's own scripts over https. Nothing comes from another host.
    transformStaticCSP: (policy) =>
      policy.replace(/;? *upgrade-insecure-requests/, '').replaceAll(' https:', ''),
  });
}

/** It is an OpenAPI document, though its schemas are typed as JSON: two validators say so in openapi.test.ts. */
function asSpecification(document: object) {
  return document as Extract<FastifyStaticSwaggerOptions['specification'], { document: unknown }>['document'];
}
