import { Readable } from 'node:stream';
import { type CellBreaks, guardFormulas } from './guard-formulas.ts';
import { type PiecePool, pieceBytes } from './piece-pool.ts';

const lineFeed = 0x0a;

export type LineFormat = {
  lineEnd: string;
  /** Whether the last cell is a time with six digits of a second, `2025-01-31 12:00:00.123001+00`, of which three count. */
  endsWithInstant: boolean;
  /** The places in a row at which formulas are guarded against; null if no spreadsheet opens such a file. */
  breaks: CellBreaks | null;
};

/**
 * Gathers the rows of COPY into pieces of some 64 kB, and replaces the end of each row as the format of the lines says. Each
 * chunk of `rows` must be one row: PostgreSQL sends one CopyData message per row (its manual, 55.2.7), and the driver emits
 * one chunk per message. So no row is searched for its end, which quotes would make slow.
 *
 * After the last row, `atEnd` gets the number of rows. If it rejects, the pieces end with its error.
 */
export function gatherRows(
  rows: Readable,
  {
    lines: { lineEnd, endsWithInstant, breaks },
    pool,
    atEnd,
  }: { lines: LineFormat; pool: PiecePool; atEnd: (count: number) => Promise<void> },
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

  rows.on('data', (message: Buffer) => {
    const row = breaks === null ? message : guardFormulas(message, breaks);
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
    const after = endsWithInstant ? writeInstant(piece, end + length) : end + length;
    if (after === invalid) {
      pieces.destroy(new Error('Each createdAt must be a time after the year 0.'));
      return;
    }
    piece.set(ending, after);
    end = after + ending.length;
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

const invalid = -1;
const ascii = { plus: 0x2b, dot: 0x2e, space: 0x20, T: 0x54, Z: 0x5a };

/**
 * Makes `2025-01-31T12:00:00.123Z` of the `2025-01-31 12:00:00.123001+00` that ends before `after`. Returns the place after it,
 * or `invalid`.
 */
function writeInstant(piece: Buffer, after: number): number {
  if (piece[after - 3] !== ascii.plus || piece[after - 10] !== ascii.dot || piece[after - 19] !== ascii.space)
    return invalid;
  piece[after - 19] = ascii.T;
  piece[after - 6] = ascii.Z;
  return after - 5;
}
