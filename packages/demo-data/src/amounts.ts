import { maxAmountMajor } from '@paydeck/contract/amount-limits';
import { currencyExponent } from '@paydeck/contract/money';
import { drawNormal, type Random } from './random.ts';

/** The median price in US dollars, and how far prices spread around it (the sigma of a log-normal; 0 is a fixed price). */
export type Price = { typicalUsd: number; spread: number };

/** Rough exchange rates, so that amounts look right. A currency that is missing counts as a dollar. */
const unitsPerUsd: Readonly<Record<string, number>> = {
  AED: 3.7,
  AUD: 1.5,
  BHD: 0.38,
  BRL: 5,
  CAD: 1.4,
  CHF: 0.9,
  CLP: 900,
  CNY: 7,
  COP: 4000,
  CZK: 23,
  DKK: 7,
  EUR: 0.9,
  GBP: 0.8,
  HKD: 7.8,
  HUF: 360,
  IDR: 16_000,
  ILS: 3.7,
  INR: 84,
  ISK: 140,
  JPY: 150,
  KRW: 1350,
  KWD: 0.31,
  MXN: 18,
  NOK: 10.5,
  NZD: 1.7,
  PHP: 57,
  PLN: 4,
  SEK: 10.5,
  SGD: 1.35,
  THB: 34,
  TRY: 34,
  TWD: 32,
  VND: 25_000,
  ZAR: 18,
};

/** An amount in minor units, valid for one payment. Many amounts end in .99 or are round, as in shops and on invoices. */
export function drawAmountMinor(random: Random, price: Price, currency: string): number {
  const scale = 10 ** currencyExponent(currency);
  const typical = price.typicalUsd * (unitsPerUsd[currency] ?? 1);
  let major = price.spread === 0 ? typical : typical * Math.exp(price.spread * drawNormal(random));
  // Divided instead of capped: many payments of exactly the limit would look made up.
  while (major > maxAmountMajor(currency)) major /= 10;
  const style = price.spread === 0 ? 1 : random();
  if (major >= 2 && style < 0.22) major = Math.ceil(major) - 0.01;
  else if (major >= 2 && style < 0.4) major = Math.round(major);
  else if (major >= 20 && style < 0.5) major = Math.round(major / 5) * 5;
  return Math.max(1, Math.round(major * scale));
}
