import { maxAmountMinor } from '@paydeck/contract/amount-limits';
import { currencies } from '@paydeck/contract/currencies';
import { expect, test } from 'vitest';
import { drawAmountMinor } from './amounts.ts';
import { seededRandom } from './random.ts';

test('amounts of every currency are valid: whole minor units above 0, and not more than a payment may have', () => {
  const random = seededRandom(1);
  const wrong: string[] = [];
  for (const currency of Object.keys(currencies)) {
    const max = maxAmountMinor(currency);
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

test('a fixed price is not changed', () => {
  expect(drawAmountMinor(seededRandom(1), { typicalUsd: 9.99, spread: 0 }, 'USD')).toBe(999);
});
