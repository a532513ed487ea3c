import type { Services } from '@paydeck/api/context';
import type { FastifyInstance } from 'fastify';
import { checkJson } from '../calls/json-text.ts';
import type { CallerOf } from '../http/caller.ts';
import { jsonBodyText } from '../http/json-body.ts';
import { httpContext } from '../http/trpc-context.ts';
import { notModified } from './etag.ts';
import { docsRoutes } from './openapi/docs-routes.ts';
import type { Documented } from './openapi/document.ts';
import { exportOperation } from './openapi/export-operation.ts';
import { apiKeyOperations } from './operations/api-keys.ts';
import { auditOperations } from './operations/audit.ts';
import { authOperations } from './operations/auth.ts';
import { passwordLinkOperations } from './operations/password-links.ts';
import { paymentOperations } from './operations/payments.ts';
import { secondFactorOperations } from './operations/second-factor.ts';
import { sessionOperations } from './operations/sessions.ts';
import { statsOperations } from './operations/stats.ts';
import { userOperations } from './operations/users.ts';

/** Every operation of the REST API except the export, which is a stream. */
export const operations = [
  ...authOperations,
  ...secondFactorOperations,
  ...paymentOperations,
  ...statsOperations,
  ...userOperations,
  ...passwordLinkOperations,
  ...sessionOperations,
  ...apiKeyOperations,
  ...auditOperations,
];

/** Every operation that the OpenAPI document describes. */
export const documentedOperations: readonly Documented[] = [...operations, exportOperation];

/** The REST API and its documentation, for programs that do not use tRPC. It calls the same procedures. */
export async function restRoutes(
  app: FastifyInstance,
  {
    services,
    callerOf,
    servesDocs,
    basePath,
  }: { services: Services; callerOf: CallerOf; servesDocs: boolean; basePath: string },
) {
  acceptJsonOnly(app);
  if (servesDocs) await app.register(docsRoutes, { operations: documentedOperations, basePath });
  for (const { method, path, hasEtag, status, answer } of operations) {
    app.route({
      method,
      url: path,
      ...(hasEtag && { onSend: notModified }),
      handler: async (request, reply) => {
        const body = await answer(request, httpContext(services, { request, callerOf, calls: 1, reply }));
        return reply.status(status).header('cache-control', 'no-store').send(body);
      },
    });
  }
}

/** Refuses other types with 415, and JSON that is too deep or has numbers that would be read as others. An empty body of type JSON, which many clients send, counts as no body. */
function acceptJsonOnly(app: FastifyInstance): void {
  const parse = app.getDefaultJsonParser('error', 'error');
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('application/json', { parseAs: 'buffer' }, (request, body: Buffer, done) => {
    if (body.length === 0) return done(null, undefined);
    const text = jsonBodyText(request, body);
    checkJson(text);
    parse(request, text, done);
  });
}
