import { readFile } from 'node:fs/promises';
import { createTestDatabase } from '@paydeck/db/testing';
import { expect, vi } from 'vitest';
import { z } from 'zod';
import { spawnServer } from '../../src/testing/spawn-server.ts';
import { send, signIn } from '../plain-fetch.ts';
import { openSocket } from '../raw-socket.ts';
import { frame, openWire, type RawWire, upgrade } from './raw-wire.ts';

export type AbusedServer = AsyncDisposable & {
  url: string;
  /** Of the first admin. */
  token: string;
  /** Expects answers over HTTP, and over a new socket, as on any day. */
  expectAlive(): Promise<void>;
  /** Memory of the process that is in RAM. */
  residentBytes(): Promise<number>;
  /** A socket, just open, that has not said anything. */
  openUpgraded(path?: string): Promise<RawWire>;
  /** A socket of the first admin. */
  openSignedIn(): Promise<RawWire>;
};

/** A server in a process of its own, on a database of its own. */
export async function startAbusedServer(environment: Record<string, string> = {}): Promise<AbusedServer> {
  await using opened = new AsyncDisposableStack();
  const database = opened.use(await createTestDatabase());
  const { url, process } = opened.use(
    await spawnServer({ DATABASE_URL: database.url, LOG_LEVEL: 'error', ...environment }),
  );
  const token = await signIn(url);
  const scope = opened.move();

  const openUpgraded = async (path = '/trpc') => {
    const wire = await openWire(url);
    wire.send(upgrade({ line: `GET ${path} HTTP/1.1` }));
    return wire;
  };
  return {
    url,
    token,
    expectAlive: async () => {
      expect(process.exitCode).toBeNull();
      const signal = AbortSignal.timeout(10_000);
      expect((await send(`${url}/health`, { signal })).status).toBe(200);
      await using socket = await openSocket(url, { token });
      const [me] = await socket.messages(socket.call('query', 'auth.me'));
      expect(me?.result?.type).toBe('data');
    },
    residentBytes: async () => {
      const status = await readFile(`/proc/${process.pid}/status`, 'utf8');
      return Number(status.match(/^VmRSS:\s+(\d+) kB$/m)?.[1]) * 1024;
    },
    openUpgraded,
    openSignedIn: async () => {
      const wire = await openUpgraded('/trpc?connectionParams=1');
      wire.send(frame('text', JSON.stringify({ method: 'connectionParams', data: { token } })));
      return wire;
    },
    [Symbol.asyncDispose]: () => scope.disposeAsync(),
  };
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
export const eventually = <T>(check: () => T, timeout = 10_000) =>
  vi.waitFor(check, { timeout, interval: 5 });
