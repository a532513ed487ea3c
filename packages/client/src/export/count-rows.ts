import { currencyExponent, parseAmount } from '@paydeck/contract/money';
import { concatBytes, textOf } from './bytes.ts';

/** Counts the rows and adds up the amounts of an export, piece by piece. */
export type RowCounter = {
  add: (piece: Uint8Array) => void;
  readonly rows: number;
  /** Whether the amounts add up to these sums, in minor units by currency. */
  addsUpTo(sums: ReadonlyMap<string, bigint>): boolean;
};

const [newline, quote, comma, semicolon, tab, point, zero] = [0x0a, 0x22, 0x2c, 0x3b, 0x09, 0x2e, 0x30];

/** Each line is a payment with its currency. */
export function countJsonLines(): RowCounter {
  const sums = new Map<string, bigint>();
  let rows = 0;
  let rest: Uint8Array[] = [];
  return {
    get rows() {
      return rows;
    },
    add: (piece) => {
      let start = 0;
      for (let end = piece.indexOf(newline); end !== -1; end = piece.indexOf(newline, start)) {
        const line = textOf(concatBytes([...rest, piece.subarray(start, end)]));
        rest = [];
        start = end + 1;
        rows += 1;
        const { currency, amountMinor } = readMoney(line);
        sums.set(currency, (sums.get(currency) ?? 0n) + BigInt(amountMinor));
      }
      if (start < piece.length) rest.push(piece.subarray(start));
    },
    addsUpTo: (sent) =>
      sent.size === sums.size && [...sent].every(([currency, sum]) => sums.get(currency) === sum),
  };
}

/** The most decimals that a currency has. */
const maxExponent = 4;

/** A line end inside quotes does not end the row. The second cell is the amount; the file does not say its currency. */
export function countCsvRows(
  separator: 'comma' | 'semicolon' | 'tab' = 'comma',
  decimal: 'point' | 'comma' = 'point',
): RowCounter {
  const mark = { point, comma }[decimal];
  const between = { comma, semicolon, tab }[separator];
  let rows = -1;
  let isQuoted = false;
  let cell = 0;
  let digits = 0;
  let decimals = -1;
  /** The sum of all amounts, whatever their currency, in units of 10^-maxExponent. */
  let total = 0n;

  const endRow = () => {
    if (rows >= 0) total += BigInt(digits) * 10n ** BigInt(maxExponent - Math.max(decimals, 0));
    rows += 1;
    cell = 0;
    digits = 0;
    decimals = -1;
  };
  return {
    get rows() {
      return Math.max(rows, 0);
    },
    add: (piece) => {
      for (const byte of piece) {
        if (byte === quote) isQuoted = !isQuoted;
        else if (isQuoted) continue;
        else if (byte === newline) endRow();
        else if (byte === between) cell += 1;
        else if (cell === 1 && rows >= 0) {
          if (byte === mark) decimals = 0;
          else {
            digits = digits * 10 + byte - zero;
            if (decimals >= 0) decimals += 1;
          }
        }
      }
    },
    addsUpTo: (sent) => {
      const parts = [...sent].map(
        ([currency, sum]) => sum * 10n ** BigInt(maxExponent - currencyExponent(currency)),
      );
      return parts.reduce((sum, part) => sum + part, 0n) === total;
    },
  };
}

function readMoney(line: string): { currency: string; amountMinor: number } {
  const row: unknown = JSON.parse(line);
  const isMoney = typeof row === 'object' && row !== null && 'currency' in row && 'amount' in row;
  const currency = isMoney ? String(row.currency) : '';
  const amountMinor = isMoney ? parseAmount(String(row.amount), currency) : null;
  if (amountMinor === null) throw new TypeError(`This is not a payment: ${line.slice(0, 200)}`);
  return { currency, amountMinor };
}
