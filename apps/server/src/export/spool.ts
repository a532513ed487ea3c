import { tmpdir } from 'node:os';
import { Duplex } from 'node:stream';
import type { PiecePool } from '@paydeck/db/payment-copy';
import { createTemporaryFile, type TemporaryFile } from './temporary-file.ts';

export type SpoolOptions = {
  /** How many unread bytes stay in memory. The bytes after them go to disk. */
  memoryBytes?: number;
  /** The size of a temporary file. Each is freed after it was read, so an export only needs the space of its unread part. */
  fileBytes?: number;
  /** The space that must stay free on the disk, because other programs write to it, PostgreSQL among them. */
  reserveBytes?: number;
  directory?: string;
};

/**
 * A stream that accepts bytes as fast as the disk does, and is read at any speed. It keeps unread bytes in memory, and in
 * temporary files when there are too many. Fails when the disk is full.
 */
export function createSpool(
  pool: PiecePool,
  {
    memoryBytes = 4 * 1024 * 1024,
    fileBytes = 64 * 1024 * 1024,
    reserveBytes = 1024 * 1024 * 1024,
    directory = tmpdir(),
  }: SpoolOptions = {},
): Duplex {
  /** The bytes in memory come before those in the files. While there are files, new bytes go to the last one. */
  const memory: Buffer[] = [];
  const files: TemporaryFile[] = [];
  let inMemory = 0;
  /** The write to a file that is running. */
  let writing: Promise<void> | null = null;
  let isReading = false;
  let isComplete = false;
  let wantsBytes = false;

  const appendToFile = async (chunk: Buffer) => {
    let file = files.at(-1);
    if (file === undefined || file.size >= fileBytes) {
      file = await createTemporaryFile(directory, reserveBytes + fileBytes);
      files.push(file);
    }
    await file.append(chunk);
    pool.give(chunk);
  };

  /** The reader may ask for more bytes during the push. */
  const push = (chunk: Buffer | null) => {
    wantsBytes = false;
    if (spool.push(chunk) && chunk !== null) wantsBytes = true;
  };

  /** Pushes the oldest bytes as long as the reader wants any. */
  const deliver = async () => {
    if (isReading) return;
    isReading = true;
    while (wantsBytes && !spool.destroyed) {
      const [chunk] = memory;
      const [file] = files;
      if (chunk !== undefined) {
        memory.shift();
        inMemory -= chunk.length;
        push(chunk);
      } else if (file === undefined) {
        if (isComplete) push(null);
        break;
      } else if (file.unread > 0) {
        push(await file.read(pool.take()));
      } else if (writing !== null && files.length === 1) {
        break;
      } else {
        files.shift();
        await file.close();
      }
    }
    isReading = false;
  };
  const deliverOrFail = () => void deliver().catch((error) => spool.destroy(error));

  const spool = new Duplex({
    write: (chunk: Buffer, _encoding, done) => {
      if (files.length === 0 && inMemory + chunk.length <= memoryBytes) {
        memory.push(chunk);
        inMemory += chunk.length;
        deliverOrFail();
        done();
        return;
      }
      writing = appendToFile(chunk).then(
        () => {
          writing = null;
          deliverOrFail();
          done();
        },
        (error) => done(error),
      );
    },
    final: (done) => {
      isComplete = true;
      deliverOrFail();
      done();
    },
    read: () => {
      wantsBytes = true;
      deliverOrFail();
    },
    destroy: async (error, done) => {
      memory.length = 0;
      await writing;
      await Promise.allSettled(files.map((file) => file.close()));
      done(error);
    },
  });
  return spool;
}
