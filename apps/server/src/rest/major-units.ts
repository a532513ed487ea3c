import { toMajorUnits } from '@paydeck/contract/money';

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
