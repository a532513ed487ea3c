import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import fastifyStatic from '@fastify/static';
import { AppError } from '@paydeck/api/errors';
import type { FastifyError, FastifyInstance } from 'fastify';
import { answerError } from './error-replies.ts';

/** The built page, which `pnpm build` makes. */
const builtPage = fileURLToPath(new URL('../../../dashboard/dist', import.meta.url));

/** Addresses that the page shows a view for. */
const views = ['/', '/payments', '/users'];

/** Everything comes from this server; nothing is written into the page. `connect-src 'self'` holds ws as well (CSP 3). */
const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "font-src 'self'",
  "img-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
].join('; ');

/**
 * The operator's page at `/`: static files, compressed when they were built. A page that is built while the server runs
 * is served from the next start on.
 */
export async function pageRoutes(app: FastifyInstance) {
  // A folder, or a path that leads out of it: for the one who asks there is nothing either way.
  app.setErrorHandler<FastifyError>((error, request, reply) =>
    error.statusCode === 403 ? reply.callNotFound() : answerError(error, request, reply),
  );
  const isBuilt = existsSync(join(builtPage, 'index.html'));
  if (isBuilt) {
    await app.register(fastifyStatic, {
      root: join(builtPage, 'assets'),
      prefix: '/assets/',
      index: false,
      preCompressed: true,
      // Their names change with their content.
      immutable: true,
      maxAge: '1y',
    });
  }
  for (const view of views) {
    app.get(view, (_request, reply) => {
      if (!isBuilt) throw new AppError('not_found', 'The page is not built: run `npx -y pnpm@12 build`.');
      return reply
        .header('content-security-policy', contentSecurityPolicy)
        .header('cache-control', 'no-cache')
        .sendFile('index.html', builtPage, { cacheControl: false });
    });
  }
}
