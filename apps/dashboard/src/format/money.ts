import { currencyExponent, parseAmount, toMajorUnits } from '@paydeck/contract/money';

/** `1250` of USD as `$12.50`, in the viewer's locale. */
export function formatMoney(amountMinor: number, currency: string): string {
  return moneyFormat(currency).format(toMajorUnits(amountMinor, currency));
}

/** The same for where there is little room: `$1.2K`. */
export function formatMoneyShort(amountMinor: number, currency: string): string {
  return shortFormat(currency).format(toMajorUnits(amountMinor, currency));
}

/** `125050` of USD as somebody of the viewer's locale types it: `1250.50`, or `1250,50`. */
export function formatTyped(amountMinor: number, currency: string, locale?: string): string {
  const decimals = currencyExponent(currency);
  return new Intl.NumberFormat(locale, {
    numberingSystem: 'latn',
    useGrouping: false,
    minimumFractionDigits: decimals,
    maximumFractionDigits: decimals,
  }).format(toMajorUnits(amountMinor, currency));
}

/** How an amount of a currency may be typed. */
export const amountExample = (currency: string): string =>
  formatTyped(1_250 * 10 ** currencyExponent(currency), currency);

/**
 * An amount in major units as somebody of the viewer's locale writes it (`1,250.00`) in minor units; null for what is
 * none, has more decimals than its currency, or has its separators in odd places.
 */
export function parseMoney(text: string, currency: string, locale?: string): number | null {
  const parts = new Intl.NumberFormat(locale, { numberingSystem: 'latn' }).formatToParts(123_456_789.5);
  const symbol = (type: string) => parts.find((part) => part.type === type)?.value ?? '';
  const [group, decimal] = [symbol('group'), symbol('decimal')];
  // Locales that group by a space use one that no keyboard has.
  const given = /^\s$/.test(group) ? text.trim().replaceAll(/\s/g, group) : text.trim();
  const [whole = '', ...decimals] = given.split(decimal);
  // The last group has three digits, those before it may have two (India: 1,23,456).
  const inner = parts.filter(({ type }) => type === 'integer').at(-2)?.value.length;
  const [last, ...before] = whole.split(group).toReversed();
  const isGrouped =
    before.length === 0 ||
    (last?.length === 3 && before.slice(0, -1).every(({ length }) => length === inner));
  return isGrouped && decimals.length <= 1
    ? parseAmount([whole.replaceAll(group, ''), ...decimals].join('.'), currency)
    : null;
}

const moneyFormat = remembered((currency) => {
  const decimals = currencyExponent(currency);
  return new Intl.NumberFormat(undefined, {
    style: 'currency',
    currency,
    minimumFractionDigits: decimals,
    maximumFractionDigits: decimals,
  });
});

const shortFormat = remembered(
  (currency) =>
    new Intl.NumberFormat(undefined, {
      style: 'currency',
      currency,
      notation: 'compact',
      minimumFractionDigits: 0,
      maximumFractionDigits: 1,
    }),
);

/** Making a formatter costs more than a thousand uses of it. */
function remembered<T>(make: (key: string) => T): (key: string) => T {
  const made = new Map<string, T>();
  return (key) => {
    const known = made.get(key) ?? make(key);
    made.set(key, known);
    return known;
  };
}
