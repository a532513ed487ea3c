import type { PaymentFilter } from '@paydeck/client';
import { isKnownCurrency, parseAmount } from '@paydeck/contract/money';
import {
  failureCodePattern,
  maxFailureCodes,
  noFailureCode,
  type PaymentMethod,
  type PaymentStatus,
  paymentMethods,
  paymentStatuses,
} from '@paydeck/contract/payments';
import { addDays, type CalendarDate, isCalendarDate, startOfLocalDate } from '../format/dates.ts';
import { browserTimeZone, getTimeZone } from '../format/time-zone.ts';

/** A filter as the filter bar shows it. */
export type FilterFields = {
  status: readonly PaymentStatus[];
  method: readonly PaymentMethod[];
  /** `:none` stands for failed payments without a code. */
  failureCode: readonly string[];
  currency: string | null;
  /** Both inclusive, in the time zone of the page. */
  from: CalendarDate | null;
  to: CalendarDate | null;
  /** In major units of `currency`, with a decimal point: the address may be opened in another locale. */
  min: string | null;
  max: string | null;
  search: string;
};

export type PaymentsSearch = {
  fields: FilterFields;
  /** Counted from 1. With a cursor it is only displayed, and the cursor determines what is read. */
  page: number;
  cursor: string | null;
  limit: number;
  /** The id of the payment in the drawer. */
  payment: string | null;
};

export const pageSizes: readonly number[] = [10, 25, 50, 100];
const defaultLimit = 25;

export function readPaymentsSearch(params: URLSearchParams): PaymentsSearch {
  const list = (name: string) => params.get(name)?.split(',') ?? [];
  const date = (name: string) => {
    const text = params.get(name);
    return isCalendarDate(text) ? text : null;
  };
  const code = params.get('currency');
  const currency = code !== null && isKnownCurrency(code) ? code : null;
  const amount = (name: string) => {
    const text = params.get(name);
    return amountOf(text, currency) === undefined ? null : text;
  };
  const limit = Number(params.get('limit'));
  return {
    fields: {
      status: paymentStatuses.filter((status) => list('status').includes(status)),
      method: paymentMethods.filter((method) => list('method').includes(method)),
      failureCode: list('failureCode').filter(isFailureCode).slice(0, maxFailureCodes),
      currency,
      from: date('from'),
      to: date('to'),
      min: amount('min'),
      max: amount('max'),
      search: params.get('search') ?? '',
    },
    page: Math.min(Math.max(1, Math.trunc(Number(params.get('page')) || 1)), 1_000_000_000),
    cursor: params.get('cursor'),
    limit: pageSizes.includes(limit) ? limit : defaultLimit,
    payment: params.get('payment'),
  };
}

/** Whether a text of the address can be a failure code of the filter. */
export const isFailureCode = (text: string): boolean =>
  text === noFailureCode || failureCodePattern.test(text);

/** The query string of a search. Defaults are left out. */
export function writePaymentsSearch({
  fields,
  page,
  cursor,
  limit,
  payment,
}: PaymentsSearch): URLSearchParams {
  const entries: [string, string | null][] = [
    ['search', fields.search],
    ['status', fields.status.join(',')],
    ['method', fields.method.join(',')],
    ['failureCode', fields.failureCode.join(',')],
    ['currency', fields.currency],
    ['from', fields.from],
    ['to', fields.to],
    ['timeZone', timeZoneFor(fields)],
    ['min', fields.min],
    ['max', fields.max],
    ['limit', limit === defaultLimit ? null : String(limit)],
    ['page', page === 1 ? null : String(page)],
    ['cursor', cursor],
    ['payment', payment],
  ];
  const params = new URLSearchParams();
  for (const [name, value] of entries) if (value) params.set(name, value);
  return params;
}

/** In an address, dates mean the same days to everyone only with their time zone. */
function timeZoneFor({ from, to }: FilterFields): string | null {
  const zone = getTimeZone();
  return from !== null || to !== null || zone !== browserTimeZone ? zone : null;
}

/** A bound in minor units; undefined when the text is not an amount, or there is no currency. */
export const amountOf = (text: string | null, currency: string | null): number | undefined =>
  text === null || currency === null ? undefined : (parseAmount(text, currency) ?? undefined);

/** The filter as the API takes it. */
export function toPaymentFilter(fields: FilterFields): PaymentFilter {
  const { status, method, failureCode, currency, from, to, search } = fields;
  return {
    status: status.length === 0 ? undefined : [...status],
    method: method.length === 0 ? undefined : [...method],
    failureCode: failureCode.length === 0 ? undefined : [...failureCode],
    currency: currency ?? undefined,
    from: from === null ? undefined : startOfLocalDate(from).toISOString(),
    to: to === null ? undefined : startOfLocalDate(addDays(to, 1)).toISOString(),
    minAmountMinor: amountOf(fields.min, currency),
    maxAmountMinor: amountOf(fields.max, currency),
    search: search.trim() || undefined,
  };
}

export const noFields: FilterFields = {
  status: [],
  method: [],
  failureCode: [],
  currency: null,
  from: null,
  to: null,
  min: null,
  max: null,
  search: '',
};

/** Whether any filter is set. */
export const isFiltered = (fields: FilterFields): boolean =>
  Object.values(toPaymentFilter(fields)).some((value) => value !== undefined);
