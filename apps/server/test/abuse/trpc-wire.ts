import { vi } from 'vitest';
import { z } from 'zod';
import type { ObservedServer } from '../observed-server.ts';
import { frame, openWire, type RawWire, upgrade } from './raw-wire.ts';

/** Opens a socket and sends nothing on it. */
export async function openUpgraded({ url }: Pick<ObservedServer, 'url'>, path = '/trpc'): Promise<RawWire> {
  const wire = await openWire(url);
  wire.send(upgrade({ line: `GET ${path} HTTP/1.1` }));
  return wire;
}

/** Opens a socket with the token of the first admin. */
export async function openSignedIn(server: Pick<ObservedServer, 'url' | 'token'>): Promise<RawWire> {
  const { token } = server;
  const wire = await openUpgraded(server, '/trpc?connectionParams=1');
  wire.send(frame('text', JSON.stringify({ method: 'connectionParams', data: { token } })));
  return wire;
}

/** The message of a tRPC call. */
export const call = (id: unknown, path: unknown, input?: unknown, method: unknown = 'query') =>
  JSON.stringify({ id, jsonrpc: '2.0', method, params: { path, input } });

const answerSchema = z.object({
  id: z.union([z.number(), z.string()]).nullable(),
  error: z.object({ json: z.object({ data: z.object({ reason: z.string() }) }) }).optional(),
  result: z
    .object({
      type: z.string(),
      data: z.object({ json: z.object({ data: z.object({ type: z.string() }).optional() }) }).optional(),
    })
    .optional(),
});

/** The answers so far: `id: reason`, `id: type of the result`, or `id: type of the event`. */
export const answers = (wire: RawWire): string[] =>
  wire.texts
    .filter((text) => text !== 'PONG')
    .map((text) => answerSchema.parse(JSON.parse(text)))
    .map(
      ({ id, error, result }) =>
        `${id}: ${error?.json.data.reason ?? result?.data?.json.data?.type ?? result?.type}`,
    );

/** Waits until the check does not throw any more; by default 20 seconds at most. */
export const eventually = <T>(check: () => T, timeout = 20_000) =>
  vi.waitFor(check, { timeout, interval: 5 });
