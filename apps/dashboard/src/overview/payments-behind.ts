import { addDays, type CalendarDate } from '../format/dates.ts';
import { type FilterFields, noFields, writePaymentsSearch } from '../payments/payments-search.ts';
import type { StatsScope } from './overview-search.ts';

/** Dates are inclusive, in the page's time zone. A figure of the overview is always of one currency. */
type BehindFields = Partial<FilterFields> & { currency: string; from: CalendarDate; to: CalendarDate };

/** The address of the list with the payments that a figure counts. */
export const paymentsBehind = (fields: BehindFields): string =>
  `/payments?${writePaymentsSearch({
    fields: { ...noFields, ...fields },
    page: 1,
    cursor: null,
    limit: 25,
    payment: null,
  })}`;

/** The dates of a range as the list takes them. */
export const datesOf = ({ from, to }: StatsScope) => ({ from, to: addDays(to, -1) });
