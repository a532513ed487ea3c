import { afterEach, expect, test, vi } from 'vitest';

afterEach(() => vi.unstubAllGlobals());

/** The module's answers for every currency, after loading it again under the current `Intl`. */
async function answers() {
  vi.resetModules();
  const money = await import('./money.ts');
  const { maxAmountMinor } = await import('./amount-limits.ts');
  return [...money.currencyExponents.keys()].map((currency) => {
    const most = maxAmountMinor(currency);
    const amounts = [0, 1, 12_345, most].map((minor) => money.formatAmount(minor, currency));
    return {
      currency,
      exponent: money.currencyExponent(currency),
      amounts,
      parsed: amounts.map((amount) => money.parseAmount(amount, currency)),
      major: money.toMajorUnits(12_345, currency),
      minor: money.toMinorUnits(1250, currency),
      issue: money.currencyIssue(currency, new Date('2026-11-26')),
    };
  });
}

test('amounts are the same whatever Intl says, and without an Intl', async () => {
  const expected = await answers();
  expect(expected.length).toBeGreaterThan(150);

  const { NumberFormat } = Intl;
  class OtherDigits extends NumberFormat {
    override resolvedOptions() {
      return { ...super.resolvedOptions(), minimumFractionDigits: 4, maximumFractionDigits: 4 };
    }
  }
  vi.stubGlobal('Intl', { NumberFormat: OtherDigits, supportedValuesOf: () => ['USD'] });
  expect(await answers()).toEqual(expected);

  vi.stubGlobal('Intl', undefined);
  expect(await answers()).toEqual(expected);
});
