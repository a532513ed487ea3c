import { currencyExponent, isKnownCurrency, parseAmount } from '@paydeck/contract/money';

/** The meaning of a typed text: an amount of minor units, or the reason why it can't be read as one, as a sentence. */
export type ReadMoney = { amountMinor: number; issue: null } | { amountMinor: null; issue: string };

/** The first digit of each set of decimal digits that people type instead of 0 to 9. */
const zeros = [
  ...[0x0660, 0x06f0, 0x0966, 0x09e6, 0x0a66, 0x0ae6, 0x0b66, 0x0be6, 0x0c66, 0x0ce6, 0x0d66],
  ...[0x0e50, 0x0ed0, 0x1040, 0x17e0, 0xff10],
];

/** Invisible marks that programs put around amounts in texts of two directions. */
const directionMarks = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;
const minusSigns = /[-\u2010-\u2015\u2212]/;

/**
 * Reads an amount in major units as people write it: with the separators of the locale, with or without the sign or the
 * code of its currency, in any digits. Unambiguous separators are read even if the locale has others, such as `1.234,56` in
 * English. An ambiguous text is refused, such as `1,5` in English. Nothing is rounded. Zero is an amount.
 */
export function readMoney(text: string, currency: string, locale?: string): ReadMoney {
  const number = withoutSign(asciiDigits(text.replaceAll(directionMarks, '').trim()), currency, locale);
  const issue = issueWithCharacters(number, currency);
  if (issue !== null) return { amountMinor: null, issue };
  const format = formatOf(locale);
  const parts = splitNumber(number, currency, format);
  if (typeof parts === 'string') return { amountMinor: null, issue: parts };
  const { whole, decimals } = parts;
  const exponent = currencyExponent(currency);
  if (decimals.replace(/0+$/, '').length > exponent)
    return { amountMinor: null, issue: tooManyDecimals(currency, exponent, decimals.length) };
  const amountMinor = parseAmount(decimals === '' ? whole : `${whole}.${decimals}`, currency);
  return amountMinor === null
    ? { amountMinor, issue: 'This amount is too large.' }
    : { amountMinor, issue: null };
}

function tooManyDecimals(currency: string, exponent: number, given: number): string {
  if (exponent === 0) return `Amounts in ${currency} have no decimals.`;
  return `Amounts in ${currency} have at most ${exponent} decimals, and this one has ${given}.`;
}

function asciiDigits(text: string): string {
  return text.replaceAll(/\p{Nd}/gu, (digit) => {
    const code = digit.codePointAt(0) ?? 0;
    const zero = zeros.find((first) => code >= first && code <= first + 9);
    return zero === undefined ? digit : String(code - zero);
  });
}

/** Takes the sign or the code of the currency off the front or the end. */
function withoutSign(text: string, currency: string, locale: string | undefined): string {
  const lower = text.toLowerCase();
  for (const sign of signsOf(currency, locale)) {
    if (lower.startsWith(sign)) return text.slice(sign.length).trim();
    if (lower.endsWith(sign)) return text.slice(0, -sign.length).trim();
  }
  return text;
}

/** `usd`, `us$` and `$` for USD, the longest first. */
function signsOf(currency: string, locale: string | undefined): string[] {
  const signs = [locale, 'en', 'en-CA'].flatMap((language) =>
    (['symbol', 'narrowSymbol'] as const).map((currencyDisplay) =>
      new Intl.NumberFormat(language, {
        style: 'currency',
        currency,
        currencyDisplay,
        minimumFractionDigits: 0,
        maximumFractionDigits: 0,
      })
        .formatToParts(1)
        .find(({ type }) => type === 'currency')
        ?.value.replaceAll(directionMarks, '')
        .toLowerCase(),
    ),
  );
  return [...new Set([currency.toLowerCase(), ...signs])]
    .filter((sign) => sign !== undefined)
    .sort((a, b) => b.length - a.length);
}

/** The first characters of the text that can't be part of a number without a sign, as a sentence; null without such. */
function issueWithCharacters(text: string, currency: string): string | null {
  if (text === '') return 'The amount is missing.';
  if (minusSigns.test(text) && /\d/.test(text)) return 'The amount must not have a minus sign.';
  const [strange] = /[^\d.,'’٫٬،\s]+/.exec(text) ?? [];
  if (strange === undefined) return /\d/.test(text) ? null : 'The amount must contain digits.';
  const code = strange.toUpperCase();
  if ((/^[A-Z]{3}$/.test(code) && isKnownCurrency(code)) || /^\p{Sc}$/u.test(strange))
    return `“${strange}” does not stand for ${currency}. Choose the currency beside the amount.`;
  return `“${strange}” is not part of an amount.`;
}

type NumberFormat = { group: string; decimal: string; groupSize: number };

/** How the locale separates digits. `groupSize` is that of all groups but the last, which has three digits: 1,23,456 in India. */
function formatOf(locale: string | undefined): NumberFormat {
  const parts = new Intl.NumberFormat(locale, { numberingSystem: 'latn' }).formatToParts(123_456_789.5);
  const symbol = (type: string) => parts.find((part) => part.type === type)?.value ?? '';
  const groupSize = parts.filter(({ type }) => type === 'integer').at(-2)?.value.length ?? 3;
  return { group: symbol('group'), decimal: symbol('decimal'), groupSize };
}

/** The digits before and after the decimal separator, or why the text has no clear ones, as a sentence. */
function splitNumber(
  text: string,
  currency: string,
  format: NumberFormat,
): { whole: string; decimals: string } | string {
  // Spaces and apostrophes only ever separate groups, and Arabic has separate signs for groups and decimals.
  const plain = text.replaceAll(/['’٬\s]/g, ' ').replaceAll('،', ',');
  const at = decimalSeparatorAt(plain, currency, format);
  if (at === 'ambiguous')
    return `“${text}” has two possible meanings. Use “${format.decimal}” before the decimals, and no other separator.`;
  const decimals = at === null ? '' : plain.slice(at + 1);
  const [first = '', ...groups] = (at === null ? plain : plain.slice(0, at)).split(/[ .,]/);
  const kinds = new Set(plain.slice(0, at ?? undefined).match(/[ .,]/g));
  const isGrouped =
    groups.length === 0 ||
    (kinds.size === 1 &&
      first.length >= 1 &&
      first.length <= 3 &&
      groups.at(-1)?.length === 3 &&
      groups.slice(0, -1).every(({ length }) => length === format.groupSize));
  if (!isGrouped || !/^\d*$/.test(decimals)) return 'The separators are in the wrong places.';
  if (at !== null && decimals === '') return 'The decimals are missing.';
  return { whole: first === '' && decimals !== '' ? '0' : [first, ...groups].join(''), decimals };
}

/** Where the decimals are separated: null when there are none, `ambiguous` when the text has two possible meanings. */
function decimalSeparatorAt(
  text: string,
  currency: string,
  { group, decimal }: NumberFormat,
): number | null | 'ambiguous' {
  if (text.includes('٫')) return text.lastIndexOf('٫');
  const last = Math.max(text.lastIndexOf('.'), text.lastIndexOf(','));
  if (last < 0) return null;
  const separator = text.charAt(last);
  // A separator that comes twice separates groups.
  if (text.indexOf(separator) < last) return null;
  // The last one of two kinds of separators separates the decimals.
  if (/[ .,]/.test(text.slice(0, last)) || separator === decimal) return last;
  const isGroupOfThree = /^\d{1,3}[.,]\d{3}$/.test(text) && !text.startsWith('0');
  return separator === group && isGroupOfThree && currencyExponent(currency) < 3 ? null : 'ambiguous';
}
