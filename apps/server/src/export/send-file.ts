import type { ServerResponse } from 'node:http';
import { type Readable, Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { constants, createGzip } from 'node:zlib';
import type { CopyTotals, PiecePool } from '@paydeck/db/payment-copy';
import type { GiveWay } from '../http/give-way.ts';
import { type PaceWatch, type ReaderPace, watchPace } from './reader-pace.ts';
import { createSpool, type SpoolOptions } from './spool.ts';

type File = {
  header: string;
  lines: Readable;
  /** The totals of the lines, once they have ended. */
  totals(): CopyTotals;
  /** Where the memory of `lines` comes from. */
  pool: PiecePool;
  gzip: boolean;
  spool: SpoolOptions;
  pace: ReaderPace;
  giveWay: GiveWay;
};

/** Trailers that follow the last row. The header `Trailer` announces them. */
export const trailerNames = 'x-row-count, x-sum-minor, x-as-of';

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
  { header, lines, totals, pool, gzip, spool: spoolOptions, pace, giveWay }: File,
): Promise<void> {
  const watch = watchPace(pace, () => response.destroy());
  const spool = createSpool(pool, spoolOptions);
  const sink = writableOf(response, { pool, watch });
  try {
    // The fastest level: the server's CPU time matters more than the size of a file.
    const body = gzip ? createGzip({ level: constants.Z_BEST_SPEED, chunkSize: gzipBytes }) : spool;
    body.write(header);
    const paced = giveWay.stream();
    await (body === spool ? pipeline(lines, paced, spool, sink) : pipeline(lines, paced, body, spool, sink));
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

function trailersOf({ rows, sums, asOf }: CopyTotals): Record<string, string> {
  return {
    'x-row-count': String(rows),
    'x-sum-minor': [...sums].map(([currency, sum]) => `${currency}=${sum}`).join(', '),
    ...(rows > 0 && { 'x-as-of': String(asOf) }),
  };
}
