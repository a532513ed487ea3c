import { isoText } from '@paydeck/api/iso-text';
import { toMajorUnits } from '@paydeck/contract/money';

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null;

/** The name of a field in major units: `amountMinor` becomes `amount`. */
export const majorName = (name: string): string => name.replace(/Minor$/, '');

/**
 * Converts an output of a procedure for REST: each `…Minor` becomes an amount in major units, without the ending. Its
 * currency is the `currency` of the same record, or of the nearest record around it. Dates become their texts, since
 * JSON.stringify takes far longer to write them.
 */
export function inMajorUnits(value: unknown, currency?: string): unknown {
  if (!isRecord(value)) return value;
  if (value instanceof Date) return isoText(value);
  if (Array.isArray(value)) return value.map((item) => inMajorUnits(item, currency));
  const nearest = typeof value.currency === 'string' ? value.currency : currency;
  const converted: Record<string, unknown> = {};
  for (const name in value) {
    const inner = value[name];
    if (!name.endsWith('Minor')) {
      converted[name] = inMajorUnits(inner, nearest);
    } else if (typeof inner === 'number' && nearest !== undefined) {
      converted[majorName(name)] = toMajorUnits(inner, nearest);
    } else {
      throw new Error(`${name} has no currency.`);
    }
  }
  return converted;
}
