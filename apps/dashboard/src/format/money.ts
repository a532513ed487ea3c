import { currencyExponent, toMajorUnits } from '@paydeck/contract/money';
import { isolate } from './bidi.ts';
import { readMoney } from './read-money.ts';

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

/** The minor units of an amount as `readMoney` reads it. Null when it refuses the text. */
export const parseMoney = (text: string, currency: string, locale?: string): number | null =>
  readMoney(text, currency, locale).amountMinor;

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
