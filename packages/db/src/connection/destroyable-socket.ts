import { connect, type Socket } from 'node:net';
import type { Sql } from 'postgres';

/**
 * Gives a client that is not connected yet a socket that can be destroyed; gives the function that does so. The
 * driver's `end` only closes its own side: a backend that waits for its rows to be read, which nobody does any more,
 * would wait for ever. Held by export-stream.test.ts.
 */
export function withDestroyableSocket(client: Sql): () => void {
  const sockets: Socket[] = [];
  const socket = ({ host, port, path }: { host: string[]; port: number[]; path: string | false }) => {
    const opened = path ? connect(path) : connect(port[0] ?? 5432, host[0]);
    sockets.push(opened);
    return opened;
  };
  Object.assign(client.options, { socket });
  return () => {
    for (const opened of sockets) opened.destroy();
  };
}
