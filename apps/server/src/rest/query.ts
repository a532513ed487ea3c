import type { ApiSettings } from '@paydeck/api/context';
import { invalidInput } from '@paydeck/api/errors';
import type { listPaymentsInput } from '@paydeck/api/payments-schema';
import { toMinorUnits } from '@paydeck/contract/money';
import { z } from 'zod';
import type { paymentQuery } from './shapes.ts';

const numbers = new Set(['page', 'limit', 'minAmount', 'maxAmount']);
const lists = new Set(['status', 'method']);

/**
 * The JSON that a query string stands for: numbers and lists as such, a list also with commas. A parameter without a
 * value is absent, as forms send what nobody filled in. What is no number stays text, for the schema to refuse.
 */
export function jsonFromQuery(query: unknown): unknown {
  if (typeof query !== 'object' || query === null) return query;
  return Object.fromEntries(
    Object.entries(query).flatMap(([name, value]: [string, unknown]) => {
      if (lists.has(name)) {
        const items = [value].flat().flatMap((text) => String(text).split(','));
        const given = items.map((text) => text.trim()).filter(Boolean);
        return given.length === 0 ? [] : [[name, given]];
      }
      if (value === '') return [];
      const isNumber = typeof value === 'string' && /^-?\d+(\.\d+)?$/.test(value);
      return [[name, numbers.has(name) && isNumber ? Number(value) : value]];
    }),
  );
}

type PaymentQuery = z.output<typeof paymentQuery>;
type FilterInput = NonNullable<z.input<typeof listPaymentsInput>['filter']>;

/** The one filter from the parameters of a list, an export or stats. Reason: `invalid_input`. */
export function filterFrom(query: PaymentQuery, { defaultCurrency }: ApiSettings): FilterInput {
  const { startDate, endDate, ...filter } = timelessFilterFrom(query, { defaultCurrency });
  return { ...filter, from: startDate, to: endDate === undefined ? undefined : endOf(endDate) };
}

/** What the stats procedures take: the range by the calendar of a time zone, the rest as a filter. */
export function statsInputFrom<T extends PaymentQuery>(query: T, settings: ApiSettings) {
  const { startDate, endDate, currency, ...filter } = timelessFilterFrom(query, settings);
  return { currency, from: startDate, to: endDate === undefined ? undefined : nextDay(endDate), filter };
}

function timelessFilterFrom(query: PaymentQuery, { defaultCurrency }: ApiSettings) {
  const { status, method, search, startDate, endDate, minAmount, maxAmount } = query;
  // 10.00 is more than 9 yen and less than 9 euros: a bound is one of a currency, and so is what it lets through.
  const isBounded = minAmount !== undefined || maxAmount !== undefined;
  const currency = query.currency ?? (isBounded ? defaultCurrency : undefined);
  const bound = (name: string, amount: number | undefined) =>
    amount === undefined ? undefined : minorUnits(name, amount, currency ?? defaultCurrency);
  return {
    status,
    method,
    search,
    currency,
    startDate,
    endDate,
    minAmountMinor: bound('minAmount', minAmount),
    maxAmountMinor: bound('maxAmount', maxAmount),
  };
}

/** `toMinorUnits`, or `invalid_input` for the field `name`. */
export function minorUnits(name: string, amount: number, currency: string): number {
  const minor = toMinorUnits(amount, currency);
  if (minor !== null) return minor;
  throw invalidInput([{ path: name, message: `has more decimals than ${currency}, or is too large` }]);
}

const isDate = (text: string) => z.iso.date().safeParse(text).success;
const dayMs = 86_400_000;
/** The last instant that ISO 8601 writes with four digits. */
const endOfTime = Date.parse('9999-12-31T23:59:59.999Z');

/** A bare end date holds that whole UTC day, so it ends where the next one begins. */
const endOf = (endDate: string): string =>
  isDate(endDate) ? new Date(Math.min(Date.parse(endDate) + dayMs, endOfTime)).toISOString() : endDate;

/** The same by the calendar of the time zone, which the procedure asks. */
const nextDay = (endDate: string): string => (isDate(endDate) ? endOf(endDate).slice(0, 10) : endDate);
