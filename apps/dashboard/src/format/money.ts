import { currencyExponent, parseAmount, toMajorUnits } from '@paydeck/contract/money';
import { isolate } from './bidi.ts';

/** `1250` of USD as `$12.50`, in the viewer's locale. */
export function formatMoney(amountMinor: number, currency: string): string {
  return isolate(moneyFormat(currency).format(toMajorUnits(amountMinor, currency)));
}

/** The same, rounded for little space: `$1.2K`. */
export function formatMoneyShort(amountMinor: number, currency: string): string {
  return isolate(shortFormat(currency).format(toMajorUnits(amountMinor, currency)));
}

/** `125050` of USD as the viewer's locale types it: `1250.50` or `1250,50`. */
export function formatTyped(amountMinor: number, currency: string, locale?: string): string {
  const decimals = currencyExponent(currency);
  return new Intl.NumberFormat(locale, {
    numberingSystem: 'latn',
    useGrouping: false,
    minimumFractionDigits: decimals,
    maximumFractionDigits: decimals,
  }).format(toMajorUnits(amountMinor, currency));
}

/** An example of how to type an amount: `1250.00`. */
export const amountExample = (currency: string): string =>
  formatTyped(1_250 * 10 ** currencyExponent(currency), currency);

/**
 * Parses an amount in major units as the viewer's locale writes it, such as `1,250.00`, into minor units. Null when the text
 * is not an amount, has more decimals than its currency, or has separators in the wrong places.
 */
export function parseMoney(text: string, currency: string, locale?: string): number | null {
  const parts = new Intl.NumberFormat(locale, { numberingSystem: 'latn' }).formatToParts(123_456_789.5);
  const symbol = (type: string) => parts.find((part) => part.type === type)?.value ?? '';
  const [group, decimal] = [symbol('group'), symbol('decimal')];
  // Locales that group with a space use a special space that keyboards lack.
  const typed = /^\s$/.test(group) ? text.trim().replaceAll(/\s/g, group) : text.trim();
  const [whole = '', ...decimals] = typed.split(decimal);
  // The last group has three digits. The groups before it may have two, as in India: 1,23,456.
  const groupSize = parts.filter(({ type }) => type === 'integer').at(-2)?.value.length;
  const [last, ...before] = whole.split(group).toReversed();
  const isGrouped =
    before.length === 0 ||
    (last?.length === 3 && before.slice(0, -1).every(({ length }) => length === groupSize));
  return isGrouped && decimals.length <= 1
    ? parseAmount([whole.replaceAll(group, ''), ...decimals].join('.'), currency)
    : null;
}

const moneyFormat = cached((currency) => {
  const decimals = currencyExponent(currency);
  return new Intl.NumberFormat(undefined, {
    style: 'currency',
    currency,
    minimumFractionDigits: decimals,
    maximumFractionDigits: decimals,
  });
});

const shortFormat = cached(
  (currency) =>
    new Intl.NumberFormat(undefined, {
      style: 'currency',
      currency,
      notation: 'compact',
      minimumFractionDigits: 0,
      maximumFractionDigits: 1,
    }),
);

/** Keeps each formatter, since making one takes longer than using it a thousand times. */
function cached<T>(make: (key: string) => T): (key: string) => T {
  const cache = new Map<string, T>();
  return (key) => {
    const known = cache.get(key) ?? make(key);
    cache.set(key, known);
    return known;
  };
}
