import { expect, test } from 'vitest';
import { browserTimeZone } from '../format/time-zone.ts';
import {
  isFiltered,
  noFields,
  readPaymentsSearch,
  toPaymentFilter,
  writePaymentsSearch,
} from './payments-search.ts';

const roundTrip = (address: string) =>
  writePaymentsSearch(readPaymentsSearch(new URLSearchParams(address))).toString();

test.each([
  '',
  `search=%C3%A9toile&status=pending%2Cfailed&method=credit_card&currency=EUR&from=2026-01-01&to=2026-01-31&timeZone=${encodeURIComponent(browserTimeZone)}`,
  'status=failed&failureCode=card_declined%2C%3Anone',
  'currency=JPY&min=100&max=5000&limit=50&page=12&cursor=abc&payment=0199e0c4-0000-7000-8000-000000000000',
])('"%s" stays the same when read and written', (address) => {
  expect(roundTrip(address)).toBe(address);
});

test('values that no control can produce are dropped', () => {
  expect(roundTrip('min=10&max=20')).toBe('');
  expect(roundTrip('currency=EUR&min=1.250,00&max=abc')).toBe('currency=EUR');
  expect(roundTrip('failureCode=a b,%24,')).toBe('');
  expect(roundTrip('status=lost&currency=XXQ&from=yesterday&to=2026-02-31&page=-3&limit=1000&other=1')).toBe(
    '',
  );
});

test('dates are whole days in the browser’s time zone, and bounds are amounts in the currency', () => {
  const fields = {
    ...noFields,
    from: '2026-03-01',
    to: '2026-03-01',
    currency: 'JPY',
    min: '500',
    search: ' x ',
  };
  const filter = toPaymentFilter(fields);
  expect(toPaymentFilter({ ...noFields, failureCode: ['x'] })).toMatchObject({ failureCode: ['x'] });
  expect(filter).toMatchObject({ currency: 'JPY', minAmountMinor: 500, search: 'x' });
  expect(filter.from).toBe(new Date(2026, 2, 1).toISOString());
  expect(filter.to).toBe(new Date(2026, 2, 2).toISOString());
  expect(toPaymentFilter({ ...noFields, min: '500' }).minAmountMinor).toBeUndefined();
  expect([isFiltered(noFields), isFiltered(fields)]).toEqual([false, true]);
});
