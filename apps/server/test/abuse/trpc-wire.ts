import { vi } from 'vitest';
import { z } from 'zod';
import type { ObservedServer } from '../observed-server.ts';
import { frame, openWire, type RawWire, upgrade } from './raw-wire.ts';

/** A socket, just open, that has not said anything. */
export async function openUpgraded({ url }: Pick<ObservedServer, 'url'>, path = '/trpc'): Promise<RawWire> {
  const wire = await openWire(url);
  wire.send(upgrade({ line: `GET ${path} HTTP/1.1` }));
  return wire;
}

/** A socket of the first admin. */
export async function openSignedIn(server: Pick<ObservedServer, 'url' | 'token'>): Promise<RawWire> {
  const { token } = server;
  const wire = await openUpgraded(server, '/trpc?connectionParams=1');
  wire.send(frame('text', JSON.stringify({ method: 'connectionParams', data: { token } })));
  return wire;
}

/** A tRPC message that makes a call. */
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

/** What has been answered: `id: reason`, or `id: type of the result`, or of the event in it. */
export const answers = (wire: RawWire): string[] =>
  wire.texts
    .filter((text) => text !== 'PONG')
    .map((text) => answerSchema.parse(JSON.parse(text)))
    .map(
      ({ id, error, result }) =>
        `${id}: ${error?.json.data.reason ?? result?.data?.json.data?.type ?? result?.type}`,
    );

/** Waits, some seconds at most, until the check does not throw. */
export const eventually = <T>(check: () => T, timeout = 20_000) =>
  vi.waitFor(check, { timeout, interval: 5 });
