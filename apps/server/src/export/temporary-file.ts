import { randomUUID } from 'node:crypto';
import { open, statfs, unlink } from 'node:fs/promises';
import { join } from 'node:path';

/** Bytes on disk that are appended at one end and read from the other. */
export type TemporaryFile = {
  /** How many bytes were appended. */
  readonly size: number;
  /** How many appended bytes were not read yet. */
  readonly unread: number;
  append(chunk: Buffer): Promise<void>;
  /** Reads the next bytes into the start of `buffer` and returns that part. */
  read(buffer: Buffer): Promise<Buffer>;
  close(): Promise<void>;
};

/**
 * Creates a file without a name: the system frees its space when it is closed and when the process ends, even by a crash.
 * Rejects if less than `freeBytes` are free on the disk.
 */
export async function createTemporaryFile(directory: string, freeBytes: number): Promise<TemporaryFile> {
  const { bavail, bsize } = await statfs(directory);
  const free = bavail * bsize;
  if (free < freeBytes) {
    throw new Error(
      `${directory} must have ${megabytes(freeBytes)} MB free for the rest of an export, and has ${megabytes(free)} MB. ` +
        'Free space on that disk, or set TMPDIR to a folder on another one.',
    );
  }
  const path = join(directory, `paydeck-export-${randomUUID()}`);
  const file = await open(path, 'wx+', 0o600);
  try {
    await unlink(path);
  } catch (error) {
    await file.close();
    throw error;
  }
  let size = 0;
  let position = 0;
  return {
    get size() {
      return size;
    },
    get unread() {
      return size - position;
    },
    append: async (chunk) => {
      for (let from = 0; from < chunk.length; ) {
        const { bytesWritten } = await file.write(chunk, from, chunk.length - from, size + from);
        from += bytesWritten;
      }
      size += chunk.length;
    },
    read: async (buffer) => {
      const { bytesRead } = await file.read(buffer, 0, Math.min(buffer.length, size - position), position);
      position += bytesRead;
      return buffer.subarray(0, bytesRead);
    },
    close: () => file.close(),
  };
}

const megabytes = (bytes: number) => Math.floor(bytes / 1024 / 1024);
