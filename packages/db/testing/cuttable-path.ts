import { startTcpProxy } from './tcp-proxy.ts';

/** The URL of a database behind a proxy that can reset its connections, freeze them, and refuse new ones. */
export async function cuttablePath(databaseUrl: string) {
  const proxy = await startTcpProxy(() => databaseUrl);
  const url = new URL(databaseUrl);
  url.port = String(proxy.port);
  return {
    url: url.href,
    reset: (newestFirst = false) => {
      const connections = [...proxy.connections];
      for (const { cut } of newestFirst ? connections.reverse() : connections) cut();
    },
    /** Freezes all connections and refuses new ones. */
    vanish: () => {
      proxy.refuse();
      for (const { freeze } of proxy.connections) freeze();
    },
    comeBack: proxy.accept,
    [Symbol.asyncDispose]: () => proxy[Symbol.asyncDispose](),
  };
}
