import { noFailureCode, paymentMethods, paymentStatuses } from '@paydeck/contract/payments';
import { literalParameters, type Parameter, type PostgresType } from '../connection/statement.ts';
import { type SQL, sql } from '../drizzle.ts';
import { hasTrigram } from './has-trigram.ts';
import { idRangeOf } from './id-range.ts';
import type { FilterTerms, PaymentFilter } from './payment-filter.ts';

/**
 * The fields that a filter has, whether a list has one value or several, and whether the searched text is one that no index
 * finds. It decides the text of a statement.
 */
export type FilterShape = { readonly [Field in FilterPart]?: 'one' | 'several' | 'unindexed' };

/** The fields of a filter, and what a field means besides its value: failed payments without a code, and searched ids. */
type FilterPart = keyof PaymentFilter | 'noFailureCode' | 'firstId' | 'lastId';

/** A filter's values as PostgreSQL reads them, for the parameters of a statement. */
export type FilterInput = { [Field in FilterPart]?: string | number };

type Writable<Type> = { -readonly [Field in keyof Type]: Type[Field] };

/** The shape of a filter and its values. A list that has every possible value does not filter. */
export function describeFilter(filter: PaymentFilter): { shape: FilterShape; input: FilterInput } {
  const shape: Writable<FilterShape> = {};
  const input: FilterInput = {};
  const add = (field: FilterPart, value: string | number | undefined) => {
    if (value === undefined) return;
    shape[field] = 'one';
    input[field] = value;
  };
  const addList = (field: 'status' | 'method', values: readonly string[] = [], possible: number) => {
    const [first, ...others] = new Set(values);
    if (others.length + 1 === possible) return;
    add(field, others.length === 0 ? first : `{${[first, ...others].join(',')}}`);
    if (others.length > 0) shape[field] = 'several';
  };
  addList('status', statusOf(filter), paymentStatuses.length);
  const addCodes = (codes: readonly string[] = []) => {
    const [first, ...others] = new Set(codes.filter((code) => code !== noFailureCode));
    // In quotes, because an array of PostgreSQL reads `null` as no value.
    add(
      'failureCode',
      others.length === 0 ? first : `{${[first, ...others].map((code) => `"${code}"`).join(',')}}`,
    );
    if (others.length > 0) shape.failureCode = 'several';
    if (codes.includes(noFailureCode)) shape.noFailureCode = 'one';
  };
  addList('method', filter.method, paymentMethods.length);
  add('currency', filter.currency);
  add('from', filter.from?.toISOString());
  add('to', filter.to?.toISOString());
  add('minAmountMinor', filter.minAmountMinor);
  add('maxAmountMinor', filter.maxAmountMinor);
  addCodes(filter.failureCode);
  add('search', filter.search === undefined ? undefined : containing(filter.search));
  if (filter.search !== undefined && !hasTrigram(filter.search)) shape.search = 'unindexed';
  const ids = idRangeOf(filter.search ?? '');
  add('firstId', ids?.first);
  add('lastId', ids?.last);
  return { shape, input };
}

/** Only failed payments have a failure code. With one status, an index has the payments in the order of time. */
function statusOf({ status = [], failureCode = [] }: PaymentFilter): PaymentFilter['status'] {
  return failureCode.length > 0 && (status.length === 0 || status.includes('failed')) ? ['failed'] : status;
}

/**
 * The terms of every filter with this shape, with parameters for the values. One value of a list is compared with `=`,
 * because an index on status and time gives the order of time only for one status.
 */
export function filterTerms(shape: FilterShape, p: Parameter<FilterInput>): FilterTerms {
  const term = (field: FilterPart, type: PostgresType) => shape[field] && p(field, type);
  const oneOf = (
    field: 'status' | 'method' | 'failureCode',
    type: 'payment_status' | 'payment_method' | 'text',
  ) => (shape[field] === 'several' ? sql`= any (${p(field, `${type}[]`)})` : equals(term(field, type)));
  return {
    status: oneOf('status', 'payment_status'),
    method: oneOf('method', 'payment_method'),
    currency: equals(term('currency', 'text')),
    from: term('from', 'timestamptz'),
    to: term('to', 'timestamptz'),
    minAmountMinor: term('minAmountMinor', 'bigint'),
    maxAmountMinor: term('maxAmountMinor', 'bigint'),
    failureCode: oneOf('failureCode', 'text'),
    noFailureCode: shape.noFailureCode !== undefined,
    search: shape.search && sql`paydeck_fold(${p('search', 'text')})`,
    searchedId: shape.firstId && { first: p('firstId', 'uuid'), last: p('lastId', 'uuid') },
    isSearchIndexed: shape.search !== 'unindexed',
  };
}

/** The terms of one filter, with its values in them. */
export function literalTerms(filter: PaymentFilter): FilterTerms {
  const { shape, input } = describeFilter(filter);
  return filterTerms(shape, literalParameters(input));
}

const equals = (value: SQL | undefined): SQL | undefined => value && sql`= ${value}`;

/** A LIKE pattern that matches the text literally. `paydeck_fold` does not change the backslashes. */
const containing = (text: string): string => `%${text.replace(/[\\%_]/g, '\\$&')}%`;
