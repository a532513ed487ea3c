import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** A way to a database that can be cut: connections reset, frozen, or refused. */
export async function cuttablePath(url: string) {
  const target = new URL(url);
  const way = new URL(url);
  const clients = new Set<Socket>();
  const server = createServer((client) => {
    const upstream = connect(Number(target.port), target.hostname);
    clients.add(client);
    for (const socket of [client, upstream]) socket.on('error', () => {});
    client.pipe(upstream).pipe(client);
    client.on('close', () => clients.delete(client) && upstream.destroy());
    upstream.on('close', () => client.destroy());
  });
  const listen = (port: number) => new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  await listen(0);
  const { port } = serverAddress(server.address());
  way.port = String(port);
  const reset = (newestFirst = false) => {
    const all = [...clients];
    for (const client of newestFirst ? all.reverse() : all) client.resetAndDestroy();
  };
  return {
    url: way.href,
    reset,
    /** The other side stays silent from now on, and new connections are refused. */
    vanish: () => {
      server.close();
      for (const client of clients) client.unpipe().pause();
    },
    comeBack: () => listen(port),
    [Symbol.asyncDispose]: async () => {
      const closed = new Promise((resolve) => server.close(resolve));
      reset();
      await closed;
    },
  };
}

function serverAddress(address: AddressInfo | string | null): AddressInfo {
  if (address === null || typeof address === 'string') throw new Error('The server does not listen.');
  return address;
}
