import { currencies, historicCurrencies, historicUntil, nonPaymentCodes } from './currencies.ts';

/** Every code that a payment may have, current or not, with the exponent of its amounts. */
export const currencyExponents: ReadonlyMap<string, number> = new Map(
  Object.entries({ ...nonPaymentCodes, ...historicCurrencies, ...currencies }),
);

export const currencyRule = 'must be an ISO 4217 currency code, such as USD';

/** Whether payments are made in this currency today. */
export const isCurrency = (code: string): boolean => Object.hasOwn(currencies, code);

/** Whether a payment may have this code: a current currency, a withdrawn one, or another code of old payments. */
export const isKnownCurrency = (code: string): boolean => currencyExponents.has(code);

/** Why a payment that was created at this instant can't be in this currency; null when it can. */
export function currencyIssue(code: string, createdAt: Date): string | null {
  if (isCurrency(code)) return null;
  if (Object.hasOwn(nonPaymentCodes, code))
    return `must be a currency: ${code} stands for a fund, a metal or a unit of account`;
  const until = new Map<string, string>(Object.entries(historicUntil)).get(code);
  if (until === undefined) return currencyRule;
  const isInTime = createdAt.toISOString().slice(0, 10) <= until;
  return isInTime ? null : `must be a current currency: ${code} was legal tender until ${until}`;
}

/** How many decimals an amount has: 2 for USD, 0 for JPY, 3 for KWD. Throws `RangeError` for an unknown code. */
export function currencyExponent(currency: string): number {
  const exponent = currencyExponents.get(currency);
  if (exponent === undefined) throw new RangeError(`The currency code ${currency} is unknown.`);
  return exponent;
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
 * decimals than the currency, or is too large to be exact.
 *
 * The number counts as JSON writes it, with its shortest decimals, and is not rounded. The one exception is the error that
 * sums of decimals have in floating point: 1 + 103 / 100 is 2.0300000000000002. A number stands for the nearest amount if it
 * differs from that by at most 2^-50 of it (some 9e-16, or 4 to 8 units in the last place of a double). A sum of six
 * amounts is always that near. The amounts one minor unit above and below are at least a thousand times as far away, even
 * for the largest amount, so 1.005 USD and 2.031 USD are refused.
 */
export function toMinorUnits(amount: number, currency: string): number | null {
  const exponent = currencyExponent(currency);
  const [whole = '', decimals = ''] = String(amount).split('.');
  if (!/^-?\d+$/.test(whole) || !/^\d*$/.test(decimals)) return null;
  if (decimals.length > exponent) return nearestMinorUnits(amount, currency);
  const minor = Number(whole + decimals.padEnd(exponent, '0'));
  return Number.isSafeInteger(minor) ? minor : null;
}

/** The largest error that a number of major units may have, as a share of its amount. */
const floatingPointError = 2 ** -50;

/** Up to this amount, the error is less than a thousandth of a minor unit. */
const largestCertainMinor = 1_000_000_000_000;

function nearestMinorUnits(amount: number, currency: string): number | null {
  const minor = Math.round(amount * 10 ** currencyExponent(currency));
  if (minor === 0 || Math.abs(minor) > largestCertainMinor) return null;
  const nearest = toMajorUnits(minor, currency);
  return Math.abs(amount - nearest) <= Math.abs(nearest) * floatingPointError ? minor : null;
}

/**
 * The number of major units. Dividing by a power of ten gives the floating-point number nearest to the exact decimal, and
 * JSON writes that number as the exact decimal (with two decimals, up to 2^46, or 70 trillion).
 */
export const toMajorUnits = (amountMinor: number, currency: string): number =>
  amountMinor / 10 ** currencyExponent(currency);
