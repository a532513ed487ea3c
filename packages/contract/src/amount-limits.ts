import { currencyExponent } from './money.ts';

/** A limit for the amount of one payment by currency, in major units. It replaces the default limit of that currency. */
export type AmountLimits = Readonly<Record<string, number>>;

/** A few thousand of the largest payments still have a sum that a double holds exactly (2^53 is about 9e15). */
const highestLimitMinor = 1_000_000_000_000;

/** One unit of each of these is worth less than 0.2 US cents, so everyday sums run into the millions. */
const tinyUnits: ReadonlySet<string> = new Set(
  (
    'AOA ARS BIF CDF CLP COP CRC GNF IDR IQD IRR KHR KPW KRW KZT LAK LBP MGA MMK MNT MWK NGN PYG RWF SDG SLL SOS SSP SYP ' +
    'TZS UGX UZS VES VND XAF XOF YER ZWL'
  ).split(' '),
);

/** One unit of each of these is worth less than 2 US cents. */
const smallUnits: ReadonlySet<string> = new Set(
  (
    'AFN ALL AMD BDT BTN CVE DJF DOP DZD ETB GMD GYD HTG HUF INR ISK JMD JPY KES KGS KMF LKR LRD MKD MZN NPR PHP PKR RSD RUB ' +
    'SLE VUV XPF'
  ).split(' '),
);

/** The largest amount of one payment, in major units: that of `limits`, or the default. */
export function maxAmountMajor(currency: string, limits: AmountLimits = {}): number {
  if (Object.hasOwn(limits, currency)) return limits[currency] ?? 0;
  if (tinyUnits.has(currency)) return 1_000_000_000;
  return smallUnits.has(currency) ? 100_000_000 : 1_000_000;
}

/** The largest amount of one payment, in minor units. */
export const maxAmountMinor = (currency: string, limits?: AmountLimits): number =>
  maxAmountMajor(currency, limits) * 10 ** currencyExponent(currency);

/** The highest limit that a currency may be given, in major units. Throws `RangeError` for an unknown code. */
export const highestLimitMajor = (currency: string): number =>
  Math.floor(highestLimitMinor / 10 ** currencyExponent(currency));
