import { parseAmount } from '@paydeck/client';

/** How many decimals a currency has: 2 for USD, 0 for JPY. */
export function currencyExponent(currency: string): number {
  return moneyFormat(currency).resolvedOptions().maximumFractionDigits ?? 2;
}

/** `1250` of USD as `$12.50`, in the viewer's locale. */
export function formatMoney(amountMinor: number, currency: string): string {
  return moneyFormat(currency).format(amountMinor / 10 ** currencyExponent(currency));
}

/** The same for where there is little room: `$1.2K`. */
export function formatMoneyShort(amountMinor: number, currency: string): string {
  return shortFormat(currency).format(amountMinor / 10 ** currencyExponent(currency));
}

/**
 * An amount in major units as somebody of the viewer's locale writes it (`1,250.00`) in minor units; null for what is
 * none, has more decimals than its currency, or has its separators in odd places.
 */
export function parseMoney(text: string, currency: string, locale?: string): number | null {
  const parts = new Intl.NumberFormat(locale).formatToParts(12345.6);
  const symbol = (type: string) => parts.find((part) => part.type === type)?.value ?? '';
  const [group, decimal] = [symbol('group'), symbol('decimal')];
  // Locales that group by a space use one that no keyboard has.
  const given = /^\s$/.test(group) ? text.trim().replaceAll(/\s/g, group) : text.trim();
  const [whole = '', ...decimals] = given.split(decimal);
  const groups = whole.split(group);
  const isGrouped = groups.length === 1 || groups.slice(1).every((digits) => digits.length === 3);
  return isGrouped && decimals.length <= 1
    ? parseAmount([groups.join(''), ...decimals].join('.'), currency)
    : null;
}

/** All currencies of ISO 4217 that the browser knows. */
export const currencies: readonly string[] = Intl.supportedValuesOf('currency');

const moneyFormat = remembered(
  (currency) => new Intl.NumberFormat(undefined, { style: 'currency', currency }),
);

const shortFormat = remembered(
  (currency) =>
    new Intl.NumberFormat(undefined, {
      style: 'currency',
      currency,
      notation: 'compact',
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
