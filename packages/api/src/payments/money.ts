const currencies = new Set(Intl.supportedValuesOf('currency'));

/** Whether this is a currency of ISO 4217 that this runtime knows. */
export const isCurrency = (code: string): boolean => currencies.has(code);

const exponents = new Map<string, number>();

/** How many decimals a currency has: 2 for USD, 0 for JPY, 3 for KWD (ISO 4217 by CLDR, through `Intl`). */
export function currencyExponent(currency: string): number {
  const known = exponents.get(currency);
  if (known !== undefined) return known;
  const { maximumFractionDigits = 2 } = new Intl.NumberFormat('en', {
    style: 'currency',
    currency,
  }).resolvedOptions();
  exponents.set(currency, maximumFractionDigits);
  return maximumFractionDigits;
}

/** The largest amount of one payment in major units, as the specification has it. */
export const maxAmountMajor = 1_000_000;

export const maxAmountMinor = (currency: string): number => maxAmountMajor * 10 ** currencyExponent(currency);
