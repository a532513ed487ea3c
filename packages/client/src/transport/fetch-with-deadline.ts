import type { httpLink } from '@trpc/client';
import { TransportError } from '../errors.ts';
import { forwardAborts } from './abort-signals.ts';

type Fetch = NonNullable<Parameters<typeof httpLink>[0]['fetch']>;
type FetchResponse = Awaited<ReturnType<Fetch>>;

/**
 * A `fetch` for tRPC's links that finishes within the deadline, body included. Rejects with `TransportError`, unless the
 * caller's own signal was aborted.
 */
export function fetchWithDeadline(fetch: typeof globalThis.fetch, deadlineMs: number): Fetch {
  return async (url, init): Promise<FetchResponse> => {
    const request = new AbortController();
    const release = forwardAborts([init?.signal], request);
    let isLate = false;
    const timer = setTimeout(() => {
      isLate = true;
      request.abort();
    }, deadlineMs);
    try {
      const response = await fetch(String(url), { ...init, signal: request.signal });
      return toTrpcResponse(response, await response.text());
    } catch (cause) {
      if (cause instanceof TransportError || init?.signal?.aborted) throw cause;
      const message = isLate
        ? `The server did not answer within ${deadlineMs} ms.`
        : 'The server is unreachable.';
      throw new TransportError(message, null, cause);
    } finally {
      clearTimeout(timer);
      release();
    }
  };
}

/** Rejects an answer that tRPC did not write, such as a proxy's error page: tRPC's link would drop its HTTP status. */
function toTrpcResponse(response: Response, text: string): FetchResponse {
  const body = parseJson(text);
  if (!isTrpcBody(body)) {
    const message = `The answer (HTTP ${response.status}) does not come from a Paydeck server.`;
    throw new TransportError(message, response.status);
  }
  return { ok: response.ok, json: async () => body };
}

function isTrpcBody(body: unknown): boolean {
  if (Array.isArray(body)) return true;
  if (typeof body !== 'object' || body === null) return false;
  return 'result' in body || ('error' in body && typeof body.error === 'object' && body.error !== null);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
