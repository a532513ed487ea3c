import type { FastifyInstance } from 'fastify';

/**
 * The URL as the routes know it. A proxy may strip `BASE_PATH` from the path or leave it there, and health checks come
 * without it, so both forms lead to the same route (docs/adr/0037).
 */
export function withoutBasePath(url: string, basePath: string): string {
  if (!url.startsWith(basePath)) return url;
  const rest = url.slice(basePath.length);
  if (rest === '' || rest.startsWith('?')) return `/${rest}`;
  return rest.startsWith('/') ? rest : url;
}

/** Redirects `BASE_PATH` to `BASE_PATH/`. The page's files have paths relative to its own. */
export function redirectToBasePath(app: FastifyInstance, basePath: string): void {
  if (basePath === '') return;
  app.addHook('onRequest', (request, reply, done) => {
    const [path, query] = request.originalUrl.split('?', 2);
    if (path !== basePath || !['GET', 'HEAD'].includes(request.method)) return done();
    reply.redirect(`${basePath}/${query === undefined ? '' : `?${query}`}`, 308);
  });
}
