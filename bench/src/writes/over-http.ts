import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { createClient, memoryTokenStore } from '@paydeck/client';
import type { Subject } from '../measure.ts';
import { startServerProcess } from '../server-process.ts';
import type { LoadRequest } from './http-load.ts';

const admin = { username: 'admin', password: 'a password for the benchmark' };

/** `POST /trpc/payments.create` at a server as `pnpm start` runs it; the calls come from another process. */
export async function writesOverHttp(name: string, databaseUrl: string): Promise<Subject & AsyncDisposable> {
  await using started = new AsyncDisposableStack();
  const server = started.use(
    await startServerProcess({
      DATABASE_URL: databaseUrl,
      JWT_SECRET: 'a secret that only this benchmark knows, for its own server',
      JWT_EXPIRES_IN: '1h',
      ADMIN_USERNAME: admin.username,
      ADMIN_PASSWORD: admin.password,
    }),
  );
  const token = await signIn(server.url);
  const child = fork(fileURLToPath(new URL('./http-load.ts', import.meta.url)));
  started.defer(() => end(child));
  const running = started.move();
  return {
    name,
    measure: (load) => requestLoad(child, { ...load, url: server.url, token }),
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
}

async function signIn(url: string): Promise<string> {
  const tokens = memoryTokenStore();
  await using client = createClient({ url, tokens });
  await client.signIn(admin);
  const held = await tokens.load();
  if (held === null) throw new Error('The client signed in, and has no token.');
  return held.accessToken;
}

function requestLoad(child: ChildProcess, request: LoadRequest): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  const receive = (rate: unknown) =>
    typeof rate === 'number' ? resolve(rate) : reject(new Error('The load process answered without a rate.'));
  const fail = () => reject(new Error('The load process has ended; what it printed says why.'));
  child.once('message', receive).once('exit', fail);
  child.send(request);
  return promise.finally(() => child.off('message', receive).off('exit', fail));
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  child.disconnect();
  await exited;
}
