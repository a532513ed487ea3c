import type { httpLink } from '@trpc/client';

type Fetch = NonNullable<Parameters<typeof httpLink>[0]['fetch']>;
type FetchResponse = Awaited<ReturnType<Fetch>>;

/** The server was not reached, did not answer in time, or something in front of it answered in its place. */
export class TransportError extends Error {
  override readonly name = 'TransportError';
  /** The HTTP status of an answer that was not tRPC's; null when there was no answer. */
  readonly status: number | null;

  constructor(message: string, status: number | null, cause?: unknown) {
    super(message, { cause });
    this.status = status;
  }
}

/**
 * A `fetch` for tRPC's links that ends, body included, within the deadline. Rejects with `TransportError`, except when
 * the caller's own signal was aborted.
 */
export function fetchWithDeadline(fetch: typeof globalThis.fetch, deadlineMs: number): Fetch {
  return async (url, init): Promise<FetchResponse> => {
    const caller = init?.signal ?? null;
    const request = new AbortController();
    let late = false;
    const abort = () => request.abort(caller?.reason);
    const timer = setTimeout(() => {
      late = true;
      request.abort();
    }, deadlineMs);
    if (caller?.aborted) abort();
    caller?.addEventListener('abort', abort, { once: true });
    try {
      const response = await fetch(String(url), { ...init, signal: request.signal });
      const text = await response.text();
      return toTrpcAnswer(response, text);
    } catch (cause) {
      if (cause instanceof TransportError || caller?.aborted) throw cause;
      const message = late
        ? `The server did not answer within ${deadlineMs} ms.`
        : 'The server is unreachable.';
      throw new TransportError(message, null, cause);
    } finally {
      clearTimeout(timer);
      caller?.removeEventListener('abort', abort);
    }
  };
}

/** A proxy's error page or a framework's own error is told from tRPC's: tRPC's link would lose its status. */
function toTrpcAnswer(response: Response, text: string): FetchResponse {
  const body = parseJson(text);
  if (!isTrpcBody(body)) {
    const message = `The server's address answered ${response.status}, but not as this API answers.`;
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
