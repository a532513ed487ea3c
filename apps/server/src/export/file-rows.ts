import { Transform } from 'node:stream';

type FileFormat = { delimiter: string; quote: string; lineEnd: string };

/** The contents of a file in numbers, so that its reader can check what arrived. */
export type Tally = {
  rows: number;
  /** Sums of the amounts in minor units, by currency. */
  sums: Map<string, number>;
  /** The log position as of which the file is true; null while it has no rows. */
  asOf: number | null;
};

export const emptyTally = (): Tally => ({ rows: 0, sums: new Map(), asOf: null });

/** COPY delivers one row at a time. Sent as they come, each would cost a system call or a turn of gzip's thread. */
const pieceBytes = 64 * 1024;
const lineFeed = 0x0a;
const zero = 0x30;
/** The cells at the start of each row, by their place: log position, currency, amount in minor units. */
const leading = { position: 0, currency: 1, amount: 2, none: 3 } as const;

/**
 * Turns the rows of COPY into the lines of a file: moves their leading cells into the tally, and ends each row with the
 * file's line end (CRLF for CSV, by RFC 4180). Line feeds inside quotes stay as they are.
 */
export function fileRows({ delimiter, quote, lineEnd }: FileFormat, tally: Tally): Transform {
  const [delimiterByte, quoteByte] = [delimiter.charCodeAt(0), quote.charCodeAt(0)];
  const ending = [...Buffer.from(lineEnd)];
  let cell: number = leading.position;
  let quoted = false;
  let position = 0;
  let currency = '';
  let amount = 0;
  let file = Buffer.allocUnsafe(pieceBytes);
  let end = 0;

  const count = () => {
    tally.rows += 1;
    tally.asOf = position;
    tally.sums.set(currency, (tally.sums.get(currency) ?? 0) + amount);
    position = 0;
    currency = '';
    amount = 0;
  };

  const takePiece = () => {
    const piece = file.subarray(0, end);
    file = Buffer.allocUnsafe(pieceBytes);
    end = 0;
    return piece;
  };

  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      // Each row grows at most by its line end.
      const room = chunk.length * ending.length;
      if (end + room > file.length) {
        if (end > 0) this.push(takePiece());
        if (room > file.length) file = Buffer.allocUnsafe(room);
      }
      // The next quote at or after `at`; -1 when there is none. Kept, so that a chunk without quotes is searched once.
      let quoteAt = chunk.indexOf(quoteByte);
      for (let at = 0; at < chunk.length; ) {
        if (cell !== leading.none) {
          const byte = chunk[at++] ?? 0;
          if (byte === delimiterByte) cell += 1;
          else if (cell === leading.position) position = position * 10 + byte - zero;
          else if (cell === leading.currency) currency += String.fromCharCode(byte);
          else amount = amount * 10 + byte - zero;
          continue;
        }
        if (quoteAt !== -1 && quoteAt < at) quoteAt = chunk.indexOf(quoteByte, at);
        const rowEnd = quoted ? -1 : chunk.indexOf(lineFeed, at);
        if (rowEnd !== -1 && (quoteAt === -1 || rowEnd < quoteAt)) {
          end += chunk.copy(file, end, at, rowEnd);
          for (const byte of ending) file[end++] = byte;
          count();
          cell = leading.position;
          at = rowEnd + 1;
        } else {
          const until = quoteAt === -1 ? chunk.length : quoteAt + 1;
          end += chunk.copy(file, end, at, until);
          if (quoteAt !== -1) quoted = !quoted;
          at = until;
        }
      }
      done();
    },
    flush(done) {
      done(null, takePiece());
    },
  });
}
