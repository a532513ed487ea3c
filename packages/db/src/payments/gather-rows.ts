import { Readable } from 'node:stream';
import { type PiecePool, pieceBytes } from './piece-pool.ts';

const lineFeed = 0x0a;

/**
 * Gathers the rows of COPY into pieces of some 64 kB, and replaces the line feed at the end of each row by `lineEnd`. Each
 * chunk of `rows` must be one row: PostgreSQL sends one CopyData message per row (its manual, 55.2.7), and the driver emits
 * one chunk per message. So no row is searched for its end, which quotes would make slow.
 *
 * After the last row, `atEnd` gets the number of rows. If it rejects, the pieces end with its error.
 */
export function gatherRows(
  rows: Readable,
  { lineEnd, pool, atEnd }: { lineEnd: string; pool: PiecePool; atEnd: (count: number) => Promise<void> },
): Readable {
  const ending = Buffer.from(lineEnd);
  let count = 0;
  let piece = pool.take();
  let end = 0;

  const pieces = new Readable({
    objectMode: true,
    highWaterMark: 2,
    read: () => void rows.resume(),
    destroy: (error, done) => {
      rows.destroy();
      done(error);
    },
  });
  // An error before anyone reads must not end the process. The reader gets it when it begins.
  pieces.on('error', () => {});

  rows.on('data', (row: Buffer) => {
    const length = row.length - 1;
    if (row[length] !== lineFeed) {
      pieces.destroy(new Error('Each message of COPY must be a whole row.'));
      return;
    }
    if (end + length + ending.length > piece.length) {
      if (end > 0 && !pieces.push(piece.subarray(0, end))) rows.pause();
      const needed = length + ending.length;
      piece = needed > pieceBytes ? Buffer.from(new ArrayBuffer(needed)) : pool.take();
      end = 0;
    }
    piece.set(row, end);
    piece.set(ending, end + length);
    end += length + ending.length;
    count += 1;
  });
  rows.on('end', () => {
    if (end > 0) pieces.push(piece.subarray(0, end));
    atEnd(count).then(
      () => pieces.push(null),
      (error) => pieces.destroy(error),
    );
  });
  rows.on('error', (error) => pieces.destroy(error));
  // Rows flow when the pieces are read.
  rows.pause();
  return pieces;
}
