import { once } from 'node:events';
import { connect, createServer } from 'node:net';

/** A connection through the proxy. */
export type ProxiedConnection = {
  /** Resets both sides. Bytes on their way are lost. */
  cut(): void;
  /** Passes on nothing more from the client. The connection stays open. */
  freeze(): void;
};

export type TcpProxy = AsyncDisposable & {
  readonly port: number;
  /** The open connections, oldest first. */
  readonly connections: ReadonlySet<ProxiedConnection>;
  /** Refuses new connections until `accept`. */
  refuse(): void;
  accept(): Promise<void>;
};

/**
 * A proxy on 127.0.0.1 whose connections a test can cut. Each new connection goes to the URL that `target` gives then; one
 * that cannot be made is cut. `onConnection` gets each new connection.
 */
export async function startTcpProxy(
  target: () => string,
  onConnection: (connection: ProxiedConnection) => void = () => {},
): Promise<TcpProxy> {
  const connections = new Set<ProxiedConnection>();
  const server = createServer({ noDelay: true }, (client) => {
    const { hostname, port } = new URL(target());
    const upstream = connect({ host: hostname, port: Number(port), noDelay: true });
    const connection: ProxiedConnection = {
      cut: () => {
        client.resetAndDestroy();
        upstream.resetAndDestroy();
      },
      freeze: () => void client.unpipe().pause(),
    };
    for (const socket of [client, upstream]) socket.on('error', () => socket.destroy());
    client.on('close', () => connections.delete(connection) && upstream.destroy());
    upstream.on('close', () => client.destroy());
    client.pipe(upstream).pipe(client);
    connections.add(connection);
    onConnection(connection);
  });
  const listen = async (port: number) => void (await once(server.listen(port, '127.0.0.1'), 'listening'));
  await listen(0);
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('A TCP server must have a port.');
  const { port } = address;
  return {
    port,
    connections,
    refuse: () => void server.close(),
    accept: () => listen(port),
    [Symbol.asyncDispose]: async () => {
      const closed = new Promise((resolve) => server.close(resolve));
      for (const { cut } of connections) cut();
      await closed;
    },
  };
}
