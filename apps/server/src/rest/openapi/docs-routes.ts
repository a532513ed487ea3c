import type { FastifyInstance, FastifyReply } from 'fastify';
import type { Documented } from './document.ts';

/**
 * Serves `/api/openapi.json`, and Swagger UI from local files at `/api/docs`. Anyone may read them. Both are loaded and built
 * at their first request, since a server starts much more often than somebody reads them.
 */
export async function docsRoutes(
  app: FastifyInstance,
  { operations, basePath }: { operations: readonly Documented[]; basePath: string },
) {
  const documentOnce = once(async () =>
    (await import('./document.ts')).openApiDocument(operations, { basePath }),
  );
  const swaggerUiOnce = once(async () => {
    const { createSwaggerUi } = await import('./swagger-ui.ts');
    return createSwaggerUi(await documentOnce(), { prefix: app.prefix });
  });
  app.get('/openapi.json', documentOnce);
  for (const path of ['/docs', '/docs/*']) {
    app.get(path, async ({ url, headers }, reply) => {
      const answer = await (await swaggerUiOnce()).inject({ url, headers });
      // The files of Swagger UI have no other refusals than that there is no such file.
      if (answer.statusCode >= 400) return reply.callNotFound();
      const { connection: _connection, date: _date, ...headersOfAnswer } = answer.headers;
      allowScripts(reply);
      reply.status(answer.statusCode).headers(headersOfAnswer);
      // Without a body, Fastify must not add a content type. A redirect has none.
      return answer.rawPayload.length > 0 ? reply.send(answer.rawPayload) : reply.send();
    });
  }
}

/** Calls `make` at the first call. Later calls get the same value. */
function once<T>(make: () => Promise<T>): () => Promise<T> {
  let value: Promise<T> | undefined;
  return () => {
    value ??= make();
    return value;
  };
}

/** On plain http the browser would load the page's scripts over https. All of them come from this server. */
function allowScripts(reply: FastifyReply): void {
  const policy = String(reply.getHeader('content-security-policy'));
  reply.header(
    'content-security-policy',
    policy.replace(/;? *upgrade-insecure-requests/, '').replaceAll(' https:', ''),
  );
}
