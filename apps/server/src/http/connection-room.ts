import { readFileSync } from 'node:fs';
import type { Server } from 'node:http';
import type { Socket } from 'node:net';

export type ConnectionRoom = {
  /** Whether a connection may only be used for health now: it was opened when there was no room, and there still is none. */
  refuses(connection: Socket): boolean;
};

/** For the connections to the database, temporary files of exports, and the files of the page and of modules. */
const descriptorsKeptBack = 128;
/** Connections above the limit. Their requests are answered with a refusal, those for health as usual, and they are closed. */
const connectionsForRefusals = 32;

/**
 * Keeps file descriptors back for the database. If clients could use all of them, the server could not connect to its database
 * again, and nobody could sign in. Above the limit, idle connections are closed, and new ones are refused, except for health.
 * `maxDescriptors` is the limit of the process, or null for none.
 */
export function keepConnectionRoom(
  server: Server,
  maxDescriptors: number | null = readMaxDescriptors(),
): ConnectionRoom {
  if (maxDescriptors === null) return { refuses: () => false };
  // With very few descriptors, half of them are for clients.
  const limit = Math.max(Math.floor(maxDescriptors / 2), maxDescriptors - descriptorsKeptBack);
  server.maxConnections = limit;
  const room = limit - Math.min(connectionsForRefusals, Math.floor(limit / 4));
  const openedBeyond = new WeakSet<Socket>();
  let open = 0;
  server.on('connection', (connection: Socket) => {
    open += 1;
    connection.once('close', () => {
      open -= 1;
    });
    if (open <= room) return;
    openedBeyond.add(connection);
    server.closeIdleConnections();
  });
  return { refuses: (connection) => open > room && openedBeyond.has(connection) };
}

/** The limit of this process for open files. Node raises it to the highest value that the system allows. Null if unknown. */
function readMaxDescriptors(): number | null {
  try {
    const limit = /^Max open files\s+(\d+)/m.exec(readFileSync('/proc/self/limits', 'utf8'))?.[1];
    return limit === undefined ? null : Number(limit);
  } catch {
    // Only Linux has this file.
    return null;
  }
}
