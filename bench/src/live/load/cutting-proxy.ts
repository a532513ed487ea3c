import { type ProxiedConnection, startTcpProxy } from '@paydeck/db/testing/tcp-proxy';

export type CuttingProxy = AsyncDisposable & {
  /** Clients connect to this URL instead of the server's. */
  url: string;
  /** From now on cuts each connection, open or new, after a random time: `everyMs` on average. */
  startCutting(everyMs: number): void;
  stopCutting(): void;
};

/** Passes bytes on to a server on this machine, and cuts connections as a network does: bytes on their way are lost. */
export async function startCuttingProxy(serverUrl: string): Promise<CuttingProxy> {
  const timers = new Set<NodeJS.Timeout>();
  let averageMs: number | null = null;

  const cutLater = ({ cut }: ProxiedConnection) => {
    if (averageMs !== null) timers.add(setTimeout(cut, averageMs * (0.5 + Math.random())));
  };
  const stopCutting = () => {
    averageMs = null;
    for (const timer of timers) clearTimeout(timer);
    timers.clear();
  };
  const proxy = await startTcpProxy(() => serverUrl, cutLater);
  return {
    url: `http://127.0.0.1:${proxy.port}`,
    startCutting: (everyMs) => {
      averageMs = everyMs;
      proxy.connections.forEach(cutLater);
    },
    stopCutting,
    [Symbol.asyncDispose]: () => {
      stopCutting();
      return proxy[Symbol.asyncDispose]();
    },
  };
}
