import { once } from 'node:events';
import { expect, vi } from 'vitest';
import { WebSocket } from 'ws';
import { z } from 'zod';

const messageShape = z.object({
  id: z.union([z.number(), z.string()]).nullable(),
  result: z
    .object({
      type: z.enum(['started', 'stopped', 'data']),
      id: z.string().optional(),
      data: z.object({ json: z.unknown() }).optional(),
    })
    .optional(),
  error: z
    .object({
      json: z.object({ message: z.string(), data: z.object({ reason: z.string(), httpStatus: z.number() }) }),
    })
    .optional(),
});
type Message = z.output<typeof messageShape>;

export type RawSocket = AsyncDisposable & {
  ws: WebSocket;
  /** All messages that have arrived, in order. */
  received: Message[];
  /** Null until the socket is closed. */
  closed(): { code: number; reason: string } | null;
  /** Sends a tRPC call. Its id is the number of calls so far. */
  call(
    method: 'query' | 'mutation' | 'subscription' | 'subscription.stop',
    path?: string,
    input?: unknown,
  ): number;
  /** Resolves to the first `count` messages to the call `id` once they have arrived. */
  messages(id: number | null, count?: number): Promise<Message[]>;
};

/** Opens a socket of `ws` without a tRPC client. Rejects with the HTTP status when the server refuses it. */
export async function openSocket(
  url: string,
  {
    token,
    headers = {},
    path = '/trpc',
  }: { token?: string; headers?: Record<string, string>; path?: string } = {},
): Promise<RawSocket> {
  const ws = new WebSocket(
    `${url.replace(/^http/, 'ws')}${path}${token === undefined ? '' : '?connectionParams=1'}`,
    {
      headers,
    },
  );
  const received: Message[] = [];
  let closed: { code: number; reason: string } | null = null;
  ws.on('message', (data) => {
    const text = String(data);
    if (text !== 'PONG') received.push(messageShape.parse(JSON.parse(text)));
  });
  ws.on('close', (code, reason) => {
    closed = { code, reason: String(reason) };
  });
  await new Promise((resolve, reject) => {
    ws.once('open', resolve);
    ws.once('error', reject);
  });
  ws.on('error', () => undefined);
  if (token !== undefined) ws.send(JSON.stringify({ method: 'connectionParams', data: { token } }));

  let calls = 0;
  const messages = (id: number | null, count = 1) =>
    vi.waitFor(
      () => {
        const found = received.filter((message) => message.id === id);
        expect(found.length).toBeGreaterThanOrEqual(count);
        return found.slice(0, count);
      },
      { interval: 5, timeout: 10_000 },
    );
  return {
    ws,
    received,
    closed: () => closed,
    call: (method, path, input) => {
      calls += 1;
      ws.send(JSON.stringify({ id: calls, jsonrpc: '2.0', method, params: { path, input } }));
      return calls;
    },
    messages,
    [Symbol.asyncDispose]: async () => {
      if (ws.readyState === WebSocket.CLOSED) return;
      ws.terminate();
      await once(ws, 'close');
    },
  };
}

/** Waits at most two seconds until a socket is closed, and returns its code and reason. */
export const closing = (socket: RawSocket, timeout = 2_000) =>
  vi.waitFor(() => socket.closed() ?? expect.unreachable('The socket is still open.'), {
    interval: 5,
    timeout,
  });
