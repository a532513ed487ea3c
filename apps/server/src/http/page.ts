import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import fastifyStatic from '@fastify/static';
import { AppError } from '@paydeck/api/errors';
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { answerError, answerNotFound } from './error-replies.ts';

/** Where `pnpm build` puts the page. */
const builtPage = fileURLToPath(new URL('../../../dashboard/dist', import.meta.url));

/** Paths at which the page shows a view. */
const views = ['/', '/payments', '/users', '/audit', '/import', '/settings', '/set-password'];

/** Below these paths there are no views, so a wrong address there is answered without the page. */
const withoutViews = /^\/(api|trpc|assets|health|metrics)(\/|$)/;

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
 * At an unknown address, a browser gets the page with the status 404, so that the user sees the navigation.
 */
export async function pageRoutes(app: FastifyInstance) {
  // The plugin answers 403 for a folder or a path outside `assets`. Callers get 404: there is no such file.
  app.setErrorHandler<FastifyError>((error, request, reply) =>
    error.statusCode === 403 ? reply.callNotFound() : answerError(error, request, reply),
  );
  const isBuilt = existsSync(join(builtPage, 'index.html'));
  app.setNotFoundHandler((request, reply) =>
    isBuilt && isNavigation(request) ? sendPageBelow(request, reply) : answerNotFound(request, reply),
  );
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
    app.get(view, (request, reply) => {
      if (!isBuilt)
        throw new AppError(
          'not_found',
          'The page has not been built. Run `npx -y pnpm@12 build`, then restart the server.',
        );
      const [path = '', query] = request.url.split('?', 2);
      // Relative, so that it also holds below a path that a proxy strips.
      if (path !== '/' && path.endsWith('/'))
        return reply.redirect(`..${view}${query === undefined ? '' : `?${query}`}`, 308);
      return asPage(reply).sendFile('index.html', builtPage, { cacheControl: false });
    });
  }
}

const asPage = (reply: FastifyReply): FastifyReply =>
  reply.header('content-security-policy', contentSecurityPolicy).header('cache-control', 'no-cache');

/** Whether a person opened the address in a browser. Programs and scripts do not ask for HTML. */
const isNavigation = ({ method, headers, url }: FastifyRequest): boolean =>
  ['GET', 'HEAD'].includes(method) &&
  headers.accept?.includes('text/html') === true &&
  !withoutViews.test(url.split('?', 1)[0] ?? '');

/** Sends the page at an address that may be in a deeper folder, and so needs other relative paths to the page's files. */
function sendPageBelow({ url }: FastifyRequest, reply: FastifyReply): FastifyReply {
  const depth = (url.split('?', 1)[0] ?? '').split('/').length - 2;
  const page = readFileSync(join(builtPage, 'index.html'), 'utf8');
  return asPage(reply)
    .status(404)
    .type('text/html; charset=utf-8')
    .send(page.replaceAll('="./', `="${'../'.repeat(depth) || './'}`));
}
