/** The character before the decimals. The other one, a space or an apostrophe may separate thousands. */
const decimalMarks = { point: '.', comma: ',' } as const;
export type DecimalMark = keyof typeof decimalMarks;

/** A decimal as `parseAmount` reads it, without its sign, and the currency that the text names, such as `EUR` or `€`. */
export type PlainDecimal = { digits: string; isNegative: boolean; mark: string | null };

/** The zeros of the decimal digits of scripts that people write amounts in: Arabic, Persian, Devanagari, full width. */
const zeros = [0x660, 0x6f0, 0x966, 0xff10];

/**
 * Reads an amount as people and programs write it, such as `$1,234.50`, `1.234,50 €`, `(12.00)` or `12-`. The mark before
 * the decimals must be named, since `1,234` is two amounts. Null for other texts, and for thousands that are not in groups of
 * three. Nothing is rounded.
 */
export function readDecimal(text: string, mark: DecimalMark): PlainDecimal | null {
  const point = decimalMarks[mark];
  const latin = [...text].map(toLatinDigit).join('');
  const marks: string[] = [];
  const take = (found: string) => {
    marks.push(found.normalize('NFKC'));
    return '';
  };
  const bare = latin
    .replaceAll(/[\u200e\u200f\u061c]/g, '')
    .replaceAll(/\p{Sc}/gu, take)
    .replaceAll('−', '-')
    .trim()
    .replace(/(?<=^[-+(]?)\s*[A-Z]{3}\s*/, (code) => take(code.trim()))
    .replace(/\s*[A-Z]{3}\s*(?=\)?$)/, (code) => take(code.trim()))
    .trim();
  const [currencyMark = null, ...otherMarks] = new Set(marks);
  if (otherMarks.length > 0) return null;
  const [, opening = '', number = '', closing = ''] = /^([-+(]?)\s*([^-+()]*?)\s*([-)]?)$/u.exec(bare) ?? [];
  if ((opening === '(') !== (closing === ')') || (opening === '-' && closing === '-')) return null;
  const [whole = '', decimals, ...more] = number.split(point);
  if (more.length > 0 || (decimals !== undefined && !/^\d+$/.test(decimals))) return null;
  const separated = new RegExp(`^\\d{1,3}([${mark === 'point' ? ',' : '.'}'’\\s])\\d{3}(?:\\1\\d{3})*$`, 'u');
  if (!/^\d+$/.test(whole) && !separated.test(whole)) return null;
  const digits = whole.replaceAll(/\D/g, '');
  return {
    digits: decimals === undefined ? digits : `${digits}.${decimals}`,
    isNegative: opening === '-' || opening === '(' || closing === '-',
    mark: currencyMark,
  };
}

/** Whether people write a currency with this code or sign: `$` stands for dollars and pesos of many countries. */
export const isMarkOf = (mark: string, currency: string): boolean =>
  /^[A-Z]{3}$/.test(mark) ? mark === currency : signOf(currency).includes(mark);

const signs = new Map<string, string>();

function signOf(currency: string): string {
  const known = signs.get(currency);
  if (known !== undefined) return known;
  const parts = new Intl.NumberFormat('en', {
    style: 'currency',
    currency,
    currencyDisplay: 'narrowSymbol',
    minimumFractionDigits: 0,
    maximumFractionDigits: 0,
  }).formatToParts(0);
  const sign = parts.find(({ type }) => type === 'currency')?.value ?? '';
  signs.set(currency, sign);
  return sign;
}

function toLatinDigit(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  const zero = zeros.find((candidate) => code >= candidate && code <= candidate + 9);
  return zero === undefined ? character : String(code - zero);
}
