import { countCsvRows, countJsonLines, type RowCounter } from './count-rows.ts';
import { ExportError } from './export-error.ts';
import { type SentTotals, separateTotals } from './totals-line.ts';

export type ExportSummary = {
  rows: number;
  /** In minor units, by currency. */
  sums: ReadonlyMap<string, bigint>;
  /** The log position at which the file was true, as in stats; null for a file without rows. */
  asOf: number | null;
};

export type ExportCheck = {
  /** Takes a piece of the download. Returns the bytes that certainly belong to the file. */
  add(piece: Uint8Array): Uint8Array<ArrayBuffer>;
  /** Takes the totals that came in another way. Returns the rest of the file. Throws `ExportError` if the file is not whole. */
  end(trailers?: SentTotals | null): { rest: Uint8Array<ArrayBuffer>; summary: ExportSummary };
  /** How many rows have arrived. */
  readonly rows: number;
};

export type CheckOptions = {
  format: 'csv' | 'jsonl';
  separator?: 'comma' | 'semicolon' | 'tab' | undefined;
  decimal?: 'point' | 'comma' | undefined;
  /** The currency that all amounts must have, for a file that does not name it. */
  onlyCurrency?: string | undefined;
};

/**
 * Checks a download of an export with `totals=line` while it arrives: counts its rows, adds up its amounts, and compares both with
 * what the server says it sent. It runs in Node and in browsers.
 */
export function checkExport({ format, separator, decimal, onlyCurrency }: CheckOptions): ExportCheck {
  const counter = format === 'csv' ? countCsvRows(separator, decimal) : countJsonLines();
  const { add, end } = separateTotals(format);
  const counted = (piece: Uint8Array<ArrayBuffer>) => {
    counter.add(piece);
    return piece;
  };
  return {
    add: (piece) => counted(add(piece)),
    end: (trailers = null) => {
      const { rest, totals } = end();
      counted(rest);
      const summary = verifiedSummary(counter, totals ?? trailers);
      refuseOthers(summary, onlyCurrency);
      return { rest, summary };
    },
    get rows() {
      return counter.rows;
    },
  };
}

/** Compares what arrived with the totals, in which the server says what it sent. */
function verifiedSummary(counter: RowCounter, sent: SentTotals | null): ExportSummary {
  if (sent === null) {
    throw incomplete('the row count and sums at its end are missing; a proxy may have removed them');
  }
  const { rows } = counter;
  if (rows !== sent.rows) throw incomplete(`the server sent ${sent.rows} rows, and ${rows} arrived`);
  if (!counter.addsUpTo(sent.sums))
    throw incomplete('its amounts do not add up to the sums that the server sent');
  return sent;
}

/** A payment of another currency may be recorded between the choice of the columns and the export. */
function refuseOthers({ sums }: ExportSummary, onlyCurrency: string | undefined): void {
  const others = [...sums.keys()].filter((currency) => currency !== onlyCurrency);
  if (onlyCurrency === undefined || others.length === 0) return;
  throw new ExportError(
    `Payments in ${others.join(', ')} were just recorded, and the file has no column for the currency. Export it again.`,
    { failure: 'cut' },
  );
}

/** The error of a file that did not arrive completely. */
export const incomplete = (why: string, cause?: unknown) =>
  new ExportError(`The export is incomplete: ${why}.`, { failure: 'cut', cause });
