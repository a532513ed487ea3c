import { Transform } from 'node:stream';

export type Marks = { delimiter: string; quote: string; lineEnd: string };

/** What went into a file: for its reader to compare with what came out. */
export type Tally = {
  rows: number;
  /** Sums in minor units by currency. */
  sums: Map<string, number>;
  /** The log position that the file is true as of; null while there is no row. */
  asOf: number | null;
};

export const emptyTally = (): Tally => ({ rows: 0, sums: new Map(), asOf: null });

/** COPY comes in pieces of a row, which would each cost a system call, or a turn of gzip's thread. */
const pieceBytes = 64 * 1024;
const lineFeed = 0x0a;
const zero = 0x30;
/** The cells that each row begins with: log position, currency, amount in minor units. */
const leading = { position: 0, currency: 1, amount: 2, none: 3 } as const;

/**
 * Rows of COPY as a file has them: without their leading cells, which go into the tally, and with the file's line
 * ends (CRLF for CSV, by RFC 4180) where COPY ends a row; line feeds inside quotes stay.
 */
export function fileRows({ delimiter, quote, lineEnd }: Marks, tally: Tally): Transform {
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
      // A row grows by its line end at most.
      const room = chunk.length * ending.length;
      if (end + room > file.length) {
        if (end > 0) this.push(takePiece());
        if (room > file.length) file = Buffer.allocUnsafe(room);
      }
      // The next quote from `at` on, -1 when there is none: looked for once, though rows may be many.
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
