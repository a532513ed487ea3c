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
  const parts = new Intl.NumberFormat(locale, { useGrouping: true }).formatToParts(12345.6);
  const symbol = (type: string) => parts.find((part) => part.type === type)?.value ?? '';
  const [group, decimal] = [symbol('group'), symbol('decimal')];
  const compact = text.trim().replaceAll(/[\s\u00a0\u202f]/g, (space) => (/^\s$/.test(group) ? '' : space));
  const ungrouped = isGrouped(compact, group, decimal) ? compact.replaceAll(group, '') : compact;
  const match = /^(\d+)(?:\.(\d*))?$/.exec(ungrouped.replace(decimal, '.'));
  const exponent = currencyExponent(currency);
  const [, whole = '', fraction = ''] = match ?? [];
  if (match === null || fraction.length > exponent) return null;
  const minor = Number(`${whole}${fraction.padEnd(exponent, '0')}`);
  return Number.isSafeInteger(minor) ? minor : null;
}

/** An amount as `parseMoney` reads it back, without its currency. */
export function formatAmount(amountMinor: number, currency: string): string {
  const exponent = currencyExponent(currency);
  return new Intl.NumberFormat(undefined, {
    useGrouping: false,
    minimumFractionDigits: exponent,
    maximumFractionDigits: exponent,
  }).format(amountMinor / 10 ** exponent);
}

/** All currencies of ISO 4217 that the browser knows. */
export const currencies: readonly string[] = Intl.supportedValuesOf('currency');

const isGrouped = (text: string, group: string, decimal: string) =>
  group !== '' &&
  (text.split(decimal)[0] ?? '').split(group).every((part, n) => n === 0 || part.length === 3);

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
