import { invalidInput } from '@paydeck/api/errors';
import type { listPaymentsInput } from '@paydeck/api/payments-schema';
import type { ApiSettings } from '@paydeck/api/settings';
import { toMinorUnits } from '@paydeck/contract/money';
import { z } from 'zod';
import { isWrittenAs } from '../calls/json-text.ts';
import type { intervalQuery, paymentQuery, statsQuery } from './shapes.ts';

const numbers = new Set(['page', 'limit', 'minAmount', 'maxAmount', 'afterId']);
const times = new Set(['startDate', 'endDate', 'from', 'to']);
const lists = new Set(['status', 'method', 'failureCode', 'action', 'columns']);

/**
 * Turns a query string into JSON with numbers and lists. The values of a list may be separated by commas. A parameter
 * with an empty value counts as absent, since forms send their empty fields that way. Text that is not a
 * number, or one that a double can't hold, stays text, and the schema refuses it.
 */
export function jsonFromQuery(query: unknown): unknown {
  if (typeof query !== 'object' || query === null) return query;
  return Object.fromEntries(
    Object.entries(query).flatMap(([name, value]: [string, unknown]) => {
      if (lists.has(name)) {
        const items = [value].flat().flatMap((text) => String(text).split(','));
        const values = items.map((text) => text.trim()).filter(Boolean);
        return values.length === 0 ? [] : [[name, values]];
      }
      if (value === '') return [];
      if (typeof value === 'string' && times.has(name)) return [[name, withPlus(value)]];
      const isNumber =
        typeof value === 'string' && /^-?\d+(\.\d+)?$/.test(value) && isWrittenAs(Number(value), value);
      return [[name, numbers.has(name) && isNumber ? Number(value) : value]];
    }),
  );
}

/** In a query string, an unescaped `+` means a blank. In a time, a blank can only stand before the offset. */
const withPlus = (time: string): string => time.replace(/^(\S+T\S+) (?=\d\d:\d\d$)/, '$1+');

type PaymentQuery = z.output<typeof paymentQuery>;
type FilterInput = NonNullable<z.input<typeof listPaymentsInput>['filter']>;

/** The filter for `payments.list` or an export. Reason: `invalid_input`. */
export function filterFrom(
  query: PaymentQuery,
  { defaultCurrency }: Pick<ApiSettings, 'defaultCurrency'>,
): FilterInput {
  const { startDate, endDate, ...filter } = timelessFilterFrom(query, { defaultCurrency });
  return { ...filter, from: startDate, to: endDate === undefined ? undefined : endOf(endDate) };
}

/** The input of the stats procedures: the range in the calendar of a time zone, the rest as a filter. Reason: `invalid_input`. */
export function statsInputFrom(query: z.output<typeof statsQuery>, settings: ApiSettings) {
  const { timeZone, previous } = query;
  const { startDate, endDate, currency, ...filter } = timelessFilterFrom(query, settings);
  const to = endDate === undefined ? undefined : nextDay(endDate);
  return { timeZone, previous, currency, from: startDate, to, filter };
}

/** The same for the procedures that divide the range. */
export function dividedStatsInputFrom(query: z.output<typeof intervalQuery>, settings: ApiSettings) {
  const { interval, weekStartsOn } = query;
  return { ...statsInputFrom(query, settings), interval, weekStartsOn };
}

function timelessFilterFrom(query: PaymentQuery, { defaultCurrency }: Pick<ApiSettings, 'defaultCurrency'>) {
  const { status, method, failureCode, search, startDate, endDate, minAmount, maxAmount } = query;
  // An amount means nothing without a currency, so a bound also restricts the payments to its currency.
  const isBounded = minAmount !== undefined || maxAmount !== undefined;
  const currency = query.currency ?? (isBounded ? defaultCurrency : undefined);
  const bound = (name: string, amount: number | undefined) =>
    amount === undefined ? undefined : minorUnits(name, amount, currency ?? defaultCurrency);
  return {
    status,
    method,
    failureCode,
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
  throw invalidInput([
    { path: name, message: `must have no more decimals than ${currency} allows, and must not be too large` },
  ]);
}

const isDate = (text: string) => z.iso.date().safeParse(text).success;
const dayMs = 86_400_000;
/** The last instant that ISO 8601 writes with a year of four digits. */
const endOfTime = Date.parse('9999-12-31T23:59:59.999Z');

/** An end date includes that whole UTC day, so the range ends where the next day begins. */
export const endOf = (endDate: string): string =>
  isDate(endDate) ? new Date(Math.min(Date.parse(endDate) + dayMs, endOfTime)).toISOString() : endDate;

/** The same for stats: the procedure takes dates, in the calendar of its time zone. */
const nextDay = (endDate: string): string => (isDate(endDate) ? endOf(endDate).slice(0, 10) : endDate);
