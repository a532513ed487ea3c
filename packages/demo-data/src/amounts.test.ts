import { expect, test } from 'vitest';
import { currencyExponent, drawAmountMinor } from './amounts.ts';
import { seededRandom } from './random.ts';

test('amounts of every currency are whole minor units, above 0 and at most a million major units', () => {
  const random = seededRandom(1);
  const wrong: string[] = [];
  for (const currency of Intl.supportedValuesOf('currency')) {
    const max = 1_000_000 * 10 ** currencyExponent(currency);
    for (const typicalUsd of [0.001, 10, 1450, 90_000]) {
      for (let draw = 0; draw < 50; draw += 1) {
        const amountMinor = drawAmountMinor(random, { typicalUsd, spread: 1.2 }, currency);
        const isValid = Number.isSafeInteger(amountMinor) && amountMinor > 0 && amountMinor <= max;
        if (!isValid) wrong.push(`${amountMinor} ${currency}`);
      }
    }
  }
  expect(wrong).toEqual([]);
});

test('a currency has the decimals of ISO 4217', () => {
  expect(['USD', 'JPY', 'KWD'].map(currencyExponent)).toEqual([2, 0, 3]);
});

test('a fixed price stays as it is', () => {
  expect(drawAmountMinor(seededRandom(1), { typicalUsd: 9.99, spread: 0 }, 'USD')).toBe(999);
});
