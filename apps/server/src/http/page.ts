import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import fastifyStatic from '@fastify/static';
import { AppError } from '@paydeck/api/errors';
import type { FastifyError, FastifyInstance } from 'fastify';
import { answerError } from './error-replies.ts';

/** Where `pnpm build` puts the page. */
const builtPage = fileURLToPath(new URL('../../../dashboard/dist', import.meta.url));

/** Paths at which the page shows a view. */
const views = ['/', '/payments', '/users', '/audit'];

/** Allows resources of this server only, and no inline code. `connect-src 'self'` covers WebSockets as well (CSP 3). */
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
 * The dashboard at `/`: static files, compressed at build time. The server looks for the built page once, when it starts.
 */
export async function pageRoutes(app: FastifyInstance) {
  // The plugin answers 403 for a folder or a path outside `assets`. Callers get 404: there is no such file.
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
      // The file names change with the content.
      immutable: true,
      maxAge: '1y',
    });
  }
  for (const view of views) {
    app.get(view, (_request, reply) => {
      if (!isBuilt)
        throw new AppError(
          'not_found',
          'The page has not been built. Run `npx -y pnpm@12 build`, then restart the server.',
        );
      return reply
        .header('content-security-policy', contentSecurityPolicy)
        .header('cache-control', 'no-cache')
        .sendFile('index.html', builtPage, { cacheControl: false });
    });
  }
}
