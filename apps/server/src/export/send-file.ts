import type { ServerResponse } from 'node:http';
import { type Readable, Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { constants, createGzip } from 'node:zlib';
import type { CopyTotals, PiecePool } from '@paydeck/db/payment-copy';
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
  /** How long the client may stop reading while data waits for it. */
  stallMs: number;
};

/** Trailers that follow the last row. The header `Trailer` announces them. */
export const trailerNames = 'x-row-count, x-sum-minor, x-as-of';

/** The client disconnected, or stopped reading. */
export class ReaderLeftError extends Error {
  override readonly name = 'ReaderLeftError';
}

/**
 * Streams a file in constant memory, then sends its totals as trailers. What the client has not read yet waits on disk, so
 * that `lines` end soon. When the file can't be sent completely, cuts the connection, so that the client notices, and rejects.
 */
export async function sendFile(
  response: ServerResponse,
  { header, lines, totals, pool, gzip, spool: spoolOptions, stallMs }: File,
): Promise<void> {
  cutStalledReader(response, stallMs);
  const spool = createSpool(pool, spoolOptions);
  const sink = writableOf(response, pool);
  try {
    // The fastest level: the server's CPU time matters more than the size of a file.
    const body = gzip ? createGzip({ level: constants.Z_BEST_SPEED }) : spool;
    body.write(header);
    await (body === spool ? pipeline(lines, spool, sink) : pipeline(lines, body, spool, sink));
    response.addTrailers(trailersOf(totals()));
    response.end();
  } catch (error) {
    response.destroy();
    throw error;
  }
}

/** Writes to the response one chunk after the other, and gives the memory of each back to the pool. Does not end the response. */
function writableOf(response: ServerResponse, pool: PiecePool): Writable {
  const sink = new Writable({
    write: (chunk: Buffer, _encoding, done) => {
      response.write(chunk, (error) => {
        pool.give(chunk);
        done(error ? new ReaderLeftError('The client disconnected.', { cause: error }) : null);
      });
    },
  });
  response.once('close', () => sink.destroy(new ReaderLeftError('The client disconnected.')));
  return sink;
}

function trailersOf({ rows, sums, asOf }: CopyTotals): Record<string, string> {
  return {
    'x-row-count': String(rows),
    'x-sum-minor': [...sums].map(([currency, sum]) => `${currency}=${sum}`).join(', '),
    ...(rows > 0 && { 'x-as-of': String(asOf) }),
  };
}

/** A client that stops reading must not keep its place and the disk space of its file. */
function cutStalledReader(response: ServerResponse, stallMs: number): void {
  response.setTimeout(stallMs, () => {
    if (response.writableLength > 0) response.destroy(new Error('The client of the export stopped reading.'));
    // Nothing waits for the client, so the database is slow.
    else response.setTimeout(stallMs);
  });
}
