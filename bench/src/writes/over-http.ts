import type { Subject } from '../measure.ts';
import { paydeckEnvironment, signIn } from '../paydeck-server.ts';
import { startServerProcess } from '../server-process.ts';
import { startWorker } from '../worker-process.ts';
import type { LoadAnswer, LoadRequest } from './http-load.ts';

/** `POST /trpc/payments.create` at a server with the flags of `pnpm start`. The calls come from another process. */
export async function writesOverHttp(name: string, databaseUrl: string): Promise<Subject & AsyncDisposable> {
  await using started = new AsyncDisposableStack();
  const server = started.use(await startServerProcess(paydeckEnvironment(databaseUrl)));
  const { accessToken: token } = await signIn(server.url);
  const load = started.use(startHttpLoad());
  const running = started.move();
  return {
    name,
    measure: async ({ clients, seconds }) => {
      const { perSecond, lastRefusal } = await load.ask({ clients, seconds, url: server.url, token });
      if (lastRefusal !== null) throw new Error(lastRefusal);
      return perSecond;
    },
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
}

/** Starts the process of the clients that write. */
export function startHttpLoad() {
  return startWorker<LoadRequest, LoadAnswer>(new URL('./http-load.ts', import.meta.url));
}
