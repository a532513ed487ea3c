import { currencyExponent } from '@paydeck/api/money';

/**
 * The integer of minor units that an amount in major units stands for: 19.99 USD is 1999. Null when the amount has
 * more decimals than its currency, or is too large to be exact. It reads the decimals that JSON wrote, so nothing is
 * rounded: 0.30000000000000004 is refused, not 30. Held by major-units.test.ts.
 */
export function toMinorUnits(amount: number, currency: string): number | null {
  const exponent = currencyExponent(currency);
  const [whole = '', decimals = ''] = String(amount).split('.');
  if (!/^-?\d+$/.test(whole) || !/^\d*$/.test(decimals) || decimals.length > exponent) return null;
  const minor = Number(whole + decimals.padEnd(exponent, '0'));
  return Number.isSafeInteger(minor) ? minor : null;
}

/**
 * The amount in major units. A division by a power of ten gives the number that is nearest to the decimal, which is
 * the one that JSON writes with just those decimals (up to 2^46, 70 trillion, for two decimals).
 */
export function toMajorUnits(amountMinor: number, currency: string): number {
  return amountMinor / 10 ** currencyExponent(currency);
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date);

/** The name of a field in major units: `amountMinor` becomes `amount`. */
export const majorName = (name: string): string => name.replace(/Minor$/, '');

/**
 * Converts an output of a procedure for REST: each `…Minor` becomes an amount in major units, without the ending. Its
 * currency is the `currency` of the same record, or of the nearest record around it.
 */
export function inMajorUnits(value: unknown, currency?: string): unknown {
  if (Array.isArray(value)) return value.map((item) => inMajorUnits(item, currency));
  if (!isRecord(value)) return value;
  const nearest = typeof value.currency === 'string' ? value.currency : currency;
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => {
      if (!name.endsWith('Minor')) return [name, inMajorUnits(inner, nearest)];
      if (typeof inner !== 'number' || nearest === undefined) throw new Error(`${name} has no currency.`);
      return [majorName(name), toMajorUnits(inner, nearest)];
    }),
  );
}
