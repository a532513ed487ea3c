import { connect, type Socket } from 'node:net';
import type { Sql } from 'postgres';

/** The most that the system may write into memory at once. */
const readBytes = 64 * 1024;
const firstSlabBytes = 1024 * 1024;
/** A message of PostgreSQL begins with its type, one byte, and its length without that byte. */
const headBytes = 5;

export type CopySocket = {
  /** How many bytes the database has sent. */
  bytesRead(): number;
  /**
   * The driver's `end` only closes its own side: a backend with rows that nobody reads any more would wait without end.
   * Tested by copy-payments.test.ts and export-stream.test.ts.
   */
  destroy(): void;
};

/** Gives a client that has not connected yet a socket for COPY. */
export function withCopySocket(client: Sql): CopySocket {
  const sockets: Socket[] = [];
  const { ssl } = client.options;
  const open = ({
    host: [host],
    port: [port],
    path,
  }: {
    host: string[];
    port: number[];
    path: string | false;
  }) => {
    const target = path ? { path } : { port: port ?? 5432, host };
    // The bytes of TLS are not messages.
    const socket = ssl ? connect(target) : connectWithSlab(target);
    // The driver compares the certificate with this name.
    Object.assign(socket, { host });
    sockets.push(socket);
    return socket;
  };
  Object.assign(client.options, { socket: open });
  return {
    bytesRead: () => sockets.reduce((total, { bytesRead }) => total + bytesRead, 0),
    destroy: () => {
      for (const socket of sockets) socket.destroy();
    },
  };
}

/**
 * Connects a socket that reads into one slab of memory, and emits whole messages only. An ordinary socket gets new memory for
 * each read, and the driver copies it when a message is incomplete at its end. With 2 MB of new memory per MB of rows, V8 looks
 * for garbage in its whole heap about every 20 MB: that doubled the CPU time of an export and stopped all calls (adr/0021).
 *
 * The slab is written from start to end, and then from the start again. While `gatherRows` is paused, the driver keeps some
 * 200 kB of messages in the slab. They are read long before the slab is overwritten there.
 */
function connectWithSlab(target: { path: string } | { port: number; host: string | undefined }): Socket {
  let slab = Buffer.from(new ArrayBuffer(firstSlabBytes));
  /** The bytes from `start` to `end` belong to a message that is incomplete. */
  let start = 0;
  let end = 0;

  const makeRoom = () => {
    if (slab.length - end >= readBytes) return;
    const incomplete = slab.subarray(start, end);
    if (incomplete.length > slab.length / 2) slab = Buffer.from(new ArrayBuffer(2 * slab.length));
    incomplete.copy(slab);
    start = 0;
    end = incomplete.length;
  };
  const endOfMessages = () => {
    let next = start;
    while (end - next >= headBytes) {
      const after = next + 1 + slab.readUInt32BE(next + 1);
      if (after > end) break;
      next = after;
    }
    return next;
  };

  const socket = connect({
    ...target,
    onread: {
      buffer: () => {
        makeRoom();
        return slab.subarray(end, end + readBytes);
      },
      callback: (count) => {
        end += count;
        const first = start;
        start = endOfMessages();
        if (start > first) socket.emit('data', slab.subarray(first, start));
        return true;
      },
    },
  });
  return socket;
}
