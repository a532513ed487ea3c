import { currencyExponent, formatAmount } from '@paydeck/contract/money';

/**
 * The fault of a text that `parseAmount` refuses, as the rest of a sentence that begins with the name of the option. Nothing is
 * guessed: `1,5` may be one and a half, or fifteen hundred with a typing error.
 */
export function amountProblem(text: string, currency: string): string {
  const exponent = currencyExponent(currency);
  const example = `such as ${formatAmount(1234, currency)}`;
  if (/^-/.test(text)) return `must not be negative. Write an amount of ${currency} ${example}.`;
  if (/^\d{1,3}(,\d{3})+\.\d+$/.test(text))
    return `must not have thousands separators. Write ${text.replaceAll(',', '')}.`;
  if (text.includes(','))
    return `must not have a comma. Write a point before the decimals, and nothing between thousands, ${example}.`;
  const decimals = /^\d+\.(\d+)$/.exec(text)?.[1]?.replace(/0+$/, '') ?? '';
  if (decimals.length > exponent)
    return exponent === 0
      ? `must not have decimals, because ${currency} has none.`
      : `must have at most ${exponent} decimals, as ${currency} has.`;
  if (/^\d+(\.\d+)?$/.test(text))
    return `is too large to be exact. Write an amount of ${currency} ${example}.`;
  return `must be an amount of ${currency} in digits, ${example}.`;
}
