import type { ServerResponse } from 'node:http';
import { type Readable, Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { constants, createGzip } from 'node:zlib';
import type { CopyTotals, PiecePool } from '@paydeck/db/payment-copy';
import type { GiveWay } from '../http/give-way.ts';
import { type PaceWatch, type ReaderPace, watchPace } from './reader-pace.ts';
import { createSpool, type SpoolOptions } from './spool.ts';
import { appendLine, trailersOf } from './totals.ts';

type File = {
  header: string;
  lines: Readable;
  /** The totals of the lines, once they have ended. */
  totals(): CopyTotals;
  /** The last line of the file, from its totals; null: the file has none. */
  lastLine: ((totals: CopyTotals) => string) | null;
  /** Where the memory of `lines` comes from. */
  pool: PiecePool;
  gzip: boolean;
  spool: SpoolOptions;
  pace: ReaderPace;
  giveWay: GiveWay;
};

/** The most that one turn of gzip's thread gives. Each turn costs the main thread time, so there should be few. */
const gzipBytes = 64 * 1024;

/** The client disconnected, or read too slowly. */
export class ReaderLeftError extends Error {
  override readonly name = 'ReaderLeftError';
}

/**
 * Streams a file in constant memory, then sends its totals as trailers. What the client has not read yet waits on disk, so
 * that `lines` end soon. When the file can't be sent completely, cuts the connection, so that the client notices, and rejects.
 */
export async function sendFile(
  response: ServerResponse,
  { header, lines, totals, lastLine, pool, gzip, spool: spoolOptions, pace, giveWay }: File,
): Promise<void> {
  const watch = watchPace(pace, () => response.destroy());
  const spool = createSpool(pool, spoolOptions);
  const sink = writableOf(response, { pool, watch });
  try {
    // The fastest level: the server's CPU time matters more than the size of a file.
    const body = gzip ? createGzip({ level: constants.Z_BEST_SPEED, chunkSize: gzipBytes }) : spool;
    body.write(header);
    const paced = giveWay.stream();
    const steps = [paced, ...(lastLine === null ? [] : [appendLine(() => lastLine(totals()))])];
    await pipeline([lines, ...steps, ...(body === spool ? [] : [body]), spool, sink]);
    response.addTrailers(trailersOf(totals()));
    response.end();
  } catch (error) {
    response.destroy();
    throw error;
  } finally {
    watch.stop();
  }
}

/** Writes to the response one chunk after the other, and gives the memory of each back to the pool. Does not end the response. */
function writableOf(
  response: ServerResponse,
  { pool, watch }: { pool: PiecePool; watch: PaceWatch },
): Writable {
  const sink = new Writable({
    write: (chunk: Buffer, _encoding, done) => {
      const onTaken = watch.give(chunk.length);
      response.write(chunk, (error) => {
        onTaken();
        pool.give(chunk);
        done(
          error
            ? new ReaderLeftError('The client disconnected, or read too slowly.', { cause: error })
            : null,
        );
      });
    },
  });
  response.once('close', () =>
    sink.destroy(new ReaderLeftError('The client disconnected, or read too slowly.')),
  );
  return sink;
}
