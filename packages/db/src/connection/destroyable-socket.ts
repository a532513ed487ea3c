import { connect, type Socket } from 'node:net';
import type { Sql } from 'postgres';

/**
 * Gives a client that has not connected yet a socket that can be destroyed, and returns the function that destroys it. The
 * driver's `end` only closes its own side: a backend with rows that nobody reads any more would wait without end. Tested by
 * export-stream.test.ts.
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
