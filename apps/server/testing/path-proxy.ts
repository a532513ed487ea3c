import { once } from 'node:events';
import { createServer, type IncomingMessage, request as sendRequest } from 'node:http';
import { connect, type Socket } from 'node:net';

/**
 * A proxy on 127.0.0.1 that serves `server` below `path`, and strips that from each request, as nginx does with a path in
 * `proxy_pass`. Like old proxies, it drops trailers. Requests outside `path` get 404. `url` includes the path.
 */
export async function startPathProxy(
  server: string,
  { path: prefix }: { path: string },
): Promise<AsyncDisposable & { url: string }> {
  const { hostname, port } = new URL(server);
  const stripped = ({ url = '/' }: IncomingMessage) =>
    url.startsWith(`${prefix}/`) ? url.slice(prefix.length) : null;

  const proxy = createServer((request, response) => {
    const path = stripped(request);
    if (path === null) return void response.writeHead(404).end('another program');
    const { method, headers } = request;
    const forwarded = sendRequest({ hostname, port, path, method, headers }, (answer) => {
      const { trailer: _dropped, ...kept } = answer.headers;
      response.writeHead(answer.statusCode ?? 502, kept);
      answer.once('error', () => response.destroy());
      answer.pipe(response);
    });
    forwarded.once('error', () => response.destroy());
    request.pipe(forwarded);
  });
  // `closeAllConnections` leaves out those that have become WebSockets.
  const sockets = new Set<Socket>();
  proxy.on('connection', (socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  proxy.on('upgrade', (request: IncomingMessage, client, head) => {
    const path = stripped(request);
    if (path === null) return void client.destroy();
    const upstream = connect(Number(port), hostname, () => {
      const headers = request.rawHeaders.flatMap((name, n, all) =>
        n % 2 === 0 ? [`${name}: ${all[n + 1]}`] : [],
      );
      upstream.write(`GET ${path} HTTP/1.1\r\n${headers.join('\r\n')}\r\n\r\n`);
      upstream.write(head);
      upstream.pipe(client).pipe(upstream);
    });
    for (const [socket, other] of [
      [client, upstream],
      [upstream, client],
    ] as const)
      socket.on('error', () => other.destroy());
  });
  proxy.listen(0, '127.0.0.1');
  await once(proxy, 'listening');
  const address = proxy.address();
  if (typeof address !== 'object' || address === null) throw new Error('The proxy must listen on a port.');
  return {
    url: `http://127.0.0.1:${address.port}${prefix}`,
    [Symbol.asyncDispose]: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => proxy.close(resolve));
    },
  };
}
