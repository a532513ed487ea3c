import type { ServerResponse } from 'node:http';
import type { Context } from '@paydeck/api/context';
import type { LiveConnections } from './live-connections.ts';

/**
 * Registers a subscription over HTTP, which tRPC answers as an event stream, so that it is cut when its user loses
 * access. Resolves to the context. Rejects like `context.authenticate`, and with `too_many_requests`.
 */
export async function watchEventStream(
  context: Context,
  response: ServerResponse,
  connections: LiveConnections,
): Promise<Context> {
  const connection = connections.add({ end: () => response.destroy() });
  response.once('close', connection.remove);
  connection.identify(await context.authenticate());
  return context;
}
