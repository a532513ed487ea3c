import { currencies, historicCurrencies, nonPaymentCodes } from './currencies.ts';

const knownCurrencies: ReadonlyMap<string, { exponent: number; until?: string }> = new Map(
  Object.entries({ ...nonPaymentCodes, ...historicCurrencies, ...currencies }),
);

/** Whether payments are made in this currency today: a code of ISO 4217 that was not withdrawn, such as USD. */
export const isCurrency = (code: string): boolean => Object.hasOwn(currencies, code);

/** Whether a payment may have this currency, be it a current one, a withdrawn one, or another code of old payments. */
export const isKnownCurrency = (code: string): boolean => knownCurrencies.has(code);

/** Null when a payment that was created at this instant may be in this currency, otherwise why it may not. */
export function currencyIssue(code: string, createdAt: Date): string | null {
  if (isCurrency(code)) return null;
  const until = knownCurrencies.get(code)?.until;
  if (until === undefined) return 'must be an ISO 4217 currency code, such as USD';
  const day = createdAt.toISOString().slice(0, 10);
  return day <= until ? null : `must be a current currency: ${code} was legal tender until ${until}`;
}

/** How many decimals an amount has: 2 for USD, 0 for JPY, 3 for KWD. Throws `RangeError` for an unknown code. */
export function currencyExponent(currency: string): number {
  const known = knownCurrencies.get(currency);
  if (known === undefined) throw new RangeError(`The currency code ${currency} is unknown.`);
  return known.exponent;
}

/**
 * The integer of minor units that a decimal text in major units stands for: `12.34` USD is 1234. Null when the text is
 * not a decimal number, has more decimals than the currency (trailing zeros aside), or is too large to be exact.
 * Nothing is rounded.
 */
export function parseAmount(text: string, currency: string): number | null {
  const [, whole, decimals = ''] = /^(\d+)(?:\.(\d+))?$/.exec(text) ?? [];
  const exponent = currencyExponent(currency);
  const significant = decimals.replace(/0+$/, '');
  if (whole === undefined || significant.length > exponent) return null;
  const minor = Number(whole + significant.padEnd(exponent, '0'));
  return Number.isSafeInteger(minor) ? minor : null;
}

/** An amount of minor units as a decimal text in major units, with all its decimals: 1230 of USD is `12.30`. */
export function formatAmount(amountMinor: number | bigint, currency: string): string {
  const exponent = currencyExponent(currency);
  const digits = String(amountMinor).padStart(exponent + 1, '0');
  return exponent === 0 ? digits : `${digits.slice(0, -exponent)}.${digits.slice(-exponent)}`;
}

/**
 * The integer of minor units that a number of major units stands for: 19.99 USD is 1999. Null when the number has more
 * decimals than the currency, or is too large to be exact. It reads the shortest decimals of the number, as JSON writes
 * them, so nothing is rounded: 0.30000000000000004 has too many decimals.
 */
export function toMinorUnits(amount: number, currency: string): number | null {
  const exponent = currencyExponent(currency);
  const [whole = '', decimals = ''] = String(amount).split('.');
  if (!/^-?\d+$/.test(whole) || !/^\d*$/.test(decimals) || decimals.length > exponent) return null;
  const minor = Number(whole + decimals.padEnd(exponent, '0'));
  return Number.isSafeInteger(minor) ? minor : null;
}

/**
 * The number of major units. A division by a power of ten gives the number that is nearest to the decimal, which JSON
 * writes with just those decimals (up to 2^46 minor units, 700 billion with two decimals).
 */
export const toMajorUnits = (amountMinor: number, currency: string): number =>
  amountMinor / 10 ** currencyExponent(currency);

/** The largest amount of one payment, in major units. */
export const maxAmountMajor = 1_000_000;

/** The largest amount of one payment, in minor units. */
export const maxAmountMinor = (currency: string): number => maxAmountMajor * 10 ** currencyExponent(currency);
