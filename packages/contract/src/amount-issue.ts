import { currencyExponent, parseAmount } from './money.ts';

/**
 * Why a text is not an amount in this currency, as a phrase such as `USD has 2 decimals`; null when `parseAmount` reads it.
 * The text is in major units, with a point before its decimals. Throws `RangeError` for an unknown currency.
 */
export function amountIssue(text: string, currency: string): string | null {
  if (parseAmount(text, currency) !== null) return null;
  const exponent = currencyExponent(currency);
  if (/^[-−(]/.test(text.trim()) || /[-−]$/.test(text.trim())) return 'it must not be negative';
  if (text.includes(','))
    return 'it must have no comma: write a point before the decimals, and no thousands separators';
  if (/[\s'’_]/u.test(text.trim())) return 'it must have no thousands separators';
  if (/^\d+\.\d+$/.test(text))
    return exponent === 0 ? `${currency} has no decimals` : `${currency} has ${exponent} decimals`;
  if (/^\d+$/.test(text)) return 'it is too large';
  return 'it must have only digits, and a point before the decimals';
}
