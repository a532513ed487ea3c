import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { z } from 'zod';
import { expectDocumented } from './documented-replies.ts';
import { bearer } from './plain-fetch.ts';

/** Opens an export without `fetch`, which hides trailers. Resolves before anything of the body is read. */
export async function openExport(
  serverUrl: string,
  { token, query = '', headers = {} }: { token: string; query?: string; headers?: Record<string, string> },
): Promise<IncomingMessage> {
  const url = `${serverUrl}/api/payments/export${query}`;
  const asking = request(url, { headers: { ...bearer(token), ...headers }, agent: false });
  asking.end();
  const [reply]: unknown[] = await once(asking, 'response');
  const message = z.custom<IncomingMessage>().parse(reply);
  expectDocumented('GET', url, { status: message.statusCode ?? 0, type: message.headers['content-type'] });
  return message;
}
