import { concatBytes, textOf } from './bytes.ts';

export type SentTotals = { rows: number; sums: ReadonlyMap<string, bigint>; asOf: number | null };

const lineFeed = 0x0a;

/** More than the longest line of totals, which has a sum for each of 160 currencies. */
const heldBytes = 16 * 1024;

/**
 * Separates a file from the line of totals at its end. `add` returns what certainly belongs to the file, and `end` the rest
 * of the file and the totals; the totals are null if the server sent no such line. Older servers don't.
 */
export function separateTotals(format: 'csv' | 'jsonl') {
  const start = format === 'csv' ? '# {"rows":' : '{"totals":{"rows":';
  let held = new Uint8Array();
  return {
    add: (piece: Uint8Array): Uint8Array<ArrayBuffer> => {
      const all = concatBytes([held, piece]);
      const certain = Math.max(all.length - heldBytes, 0);
      held = all.subarray(certain);
      return all.subarray(0, certain);
    },
    end: (): { rest: Uint8Array<ArrayBuffer>; totals: SentTotals | null } => {
      // The line break before the last line; -1 if there is only one line.
      const at = held.lastIndexOf(lineFeed, -2) + 1;
      const line = textOf(held.subarray(at));
      const totals = line.startsWith(start) ? readTotals(line.replace(/^# /, '')) : null;
      return totals === null ? { rest: held, totals } : { rest: held.subarray(0, at), totals };
    },
  };
}

/** Null if the line is cut. */
function readTotals(line: string): SentTotals | null {
  let totals: unknown;
  try {
    totals = JSON.parse(line);
  } catch {
    return null;
  }
  if (isObject(totals) && 'totals' in totals) totals = totals.totals;
  if (!isObject(totals) || !('rows' in totals) || !('sumMinor' in totals) || !('asOf' in totals)) return null;
  const { rows, sumMinor, asOf } = totals;
  if (typeof rows !== 'number' || !isObject(sumMinor)) return null;
  const sums = Object.entries(sumMinor).map(([currency, sum]) => [currency, BigInt(String(sum))] as const);
  return { rows, sums: new Map(sums), asOf: typeof asOf === 'number' ? asOf : null };
}

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;
