import { connect, createServer } from 'node:net';

/** A proxy before a database. */
export type Relay = { url: string; openSockets(): number } & AsyncDisposable;

/** Starts a proxy before the database of `target`. `relay` gets the bytes that the database sends, and says what to do with them. */
export async function relayBytes(
  databaseUrl: string,
  relay: (chunk: Buffer, connection: { held: Buffer }) => Buffer | 'cut',
): Promise<Relay> {
  const target = new URL(databaseUrl);
  let sockets = 0;
  const server = createServer((client) => {
    const upstream = connect(Number(target.port), target.hostname);
    const connection = { held: Buffer.alloc(0) };
    for (const socket of [client, upstream]) {
      sockets += 1;
      socket
        .on('error', () => {})
        .on('close', () => {
          sockets -= 1;
          client.destroy();
          upstream.destroy();
        });
    }
    client.pipe(upstream);
    upstream.on('data', (chunk) => {
      const passed = relay(chunk, connection);
      if (passed === 'cut') client.resetAndDestroy();
      else if (passed.length > 0) client.write(passed);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const url = new URL(databaseUrl);
  url.port = String(typeof address === 'object' ? address?.port : '');
  return {
    url: url.href,
    openSockets: () => sockets,
    [Symbol.asyncDispose]: () => new Promise((resolve) => server.close(() => resolve())),
  };
}
