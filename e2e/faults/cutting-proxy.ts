import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';

export type CuttingProxy = AsyncDisposable & {
  /** The address that clients keep, whatever becomes of the server behind it. */
  url: string;
  /** Cuts those connections that the predicate picks, in whatever is on its way; gives their number. */
  cut(picks: () => boolean): number;
};

/** Passes bytes on to whichever URL `target` names at the moment of the connection; who finds nobody there is cut. */
export async function startCuttingProxy(target: () => string): Promise<CuttingProxy> {
  const connections = new Set<Socket>();
  const proxy = createServer((client) => {
    const { hostname, port } = new URL(target());
    const server = connect(Number(port), hostname);
    connections.add(client);
    for (const [one, other] of [
      [client, server],
      [server, client],
    ] as const) {
      one.on('error', () => one.destroy());
      one.on('close', () => other.destroy());
      one.pipe(other);
    }
    client.on('close', () => connections.delete(client));
  });
  proxy.listen(0, '127.0.0.1');
  await once(proxy, 'listening');
  const address = proxy.address();
  if (address === null || typeof address === 'string') throw new Error('The proxy has no port.');

  const cut = (picks: () => boolean) => {
    const picked = [...connections].filter(picks);
    for (const connection of picked) connection.resetAndDestroy();
    return picked.length;
  };
  return {
    url: `http://127.0.0.1:${address.port}`,
    cut,
    [Symbol.asyncDispose]: async () => {
      const closed = once(proxy, 'close');
      proxy.close();
      cut(() => true);
      await closed;
    },
  };
}
