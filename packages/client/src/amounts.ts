const exponents = new Map<string, number>();

/** How many decimals a currency has: 2 for USD, 0 for JPY, 3 for KWD. Throws `RangeError` for what is no code. */
export function exponentOf(currency: string): number {
  const known = exponents.get(currency);
  if (known !== undefined) return known;
  const format = new Intl.NumberFormat('en', { style: 'currency', currency });
  const exponent = format.resolvedOptions().maximumFractionDigits ?? 2;
  exponents.set(currency, exponent);
  return exponent;
}

/**
 * The integer of minor units that a decimal text in major units stands for: `12.34` USD is 1234. Null for what is no
 * such text, has more decimals than the currency (zeros at the end aside), or is too large to be exact. Nothing is rounded.
 */
export function parseAmount(text: string, currency: string): number | null {
  const [, whole, decimals = ''] = /^(\d+)(?:\.(\d+))?$/.exec(text) ?? [];
  const exponent = exponentOf(currency);
  const significant = decimals.replace(/0+$/, '');
  if (whole === undefined || significant.length > exponent) return null;
  const minor = Number(whole + significant.padEnd(exponent, '0'));
  return Number.isSafeInteger(minor) ? minor : null;
}

/** An amount of minor units as a decimal text in major units: 1234 of USD is `12.34`. */
export function formatAmount(amountMinor: number | bigint, currency: string): string {
  const exponent = exponentOf(currency);
  const digits = String(amountMinor).padStart(exponent + 1, '0');
  return exponent === 0 ? digits : `${digits.slice(0, -exponent)}.${digits.slice(-exponent)}`;
}
