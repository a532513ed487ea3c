import { toMajorUnits } from '@paydeck/contract/money';

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date);

/** What a field of minor units is called in major units: `amountMinor` is `amount`. */
export const majorName = (name: string): string => name.replace(/Minor$/, '');

/**
 * An answer of the API as REST shows it: each `…Minor` becomes an amount in major units, without the ending. Its
 * currency is that of the record that it stands in, or of the nearest one around it.
 */
export function inMajorUnits(value: unknown, currency?: string): unknown {
  if (Array.isArray(value)) return value.map((item) => inMajorUnits(item, currency));
  if (!isRecord(value)) return value;
  const own = typeof value.currency === 'string' ? value.currency : currency;
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => {
      if (!name.endsWith('Minor')) return [name, inMajorUnits(inner, own)];
      if (typeof inner !== 'number' || own === undefined) throw new Error(`${name} has no currency.`);
      return [majorName(name), toMajorUnits(inner, own)];
    }),
  );
}
