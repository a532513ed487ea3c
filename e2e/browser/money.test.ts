import { fileURLToPath } from 'node:url';
import { runInThisContext } from 'node:vm';
import { maxAmountMinor } from '@paydeck/contract/amount-limits';
import { currencyExponents, formatAmount } from '@paydeck/contract/money';
import { startTestServer } from '@paydeck/server/testing';
import { openBrowser, skipWithoutChromium } from '@paydeck/server/testing/browser';
import { rolldown } from 'rolldown';
import { expect, test } from 'vitest';
import { openDashboards, rows } from './dashboard-page.ts';

/** The exports of the page's src/format/money.ts, which the bundle puts into the global `money`. */
type Money = {
  formatMoney(amountMinor: number, currency: string): string;
  formatTyped(amountMinor: number, currency: string, locale?: string): string;
  parseMoney(text: string, currency: string, locale?: string): number | null;
};
declare global {
  var money: Money;
}

type Amount = { currency: string; amountMinor: number };

const amounts = [...currencyExponents.keys()].flatMap((currency): Amount[] =>
  [0, 1, 1_234_567, maxAmountMinor(currency)].map((amountMinor) => ({ currency, amountMinor })),
);

/** Formats and parses amounts. Runs in Node and in the browser, so it may use only its arguments and globals. */
function formatAndParse({ amounts, locales }: { amounts: Amount[]; locales: string[] }) {
  return amounts.map(({ currency, amountMinor }) => ({
    digits: money.formatMoney(amountMinor, currency).replaceAll(/\D/g, ''),
    typed: locales.map((locale) => money.formatTyped(amountMinor, currency, locale)),
    parsed: locales.map((locale) =>
      money.parseMoney(money.formatTyped(amountMinor, currency, locale), currency, locale),
    ),
  }));
}

async function bundleMoney(): Promise<string> {
  const input = fileURLToPath(new URL('../../apps/dashboard/src/format/money.ts', import.meta.url));
  await using bundle = await rolldown({ input });
  const { output } = await bundle.generate({ format: 'iife', name: 'money' });
  return output[0].code;
}

test('amounts of every currency are formatted and parsed alike in Node and in the browser', async (context) => {
  skipWithoutChromium(context);
  const code = await bundleMoney();
  const locales = ['en-US', 'de-DE', 'hu-HU', 'en-IN'];
  runInThisContext(code);
  const inNode = formatAndParse({ amounts, locales });

  await using browser = await openBrowser();
  for (const locale of ['en-US', 'hu-HU']) {
    const { page, problems } = await browser.openPage('http://localhost', { locale });
    await page.addScriptTag({ content: code });
    const inBrowser = await page.evaluate(formatAndParse, { amounts, locales });
    expect(inBrowser).toEqual(inNode);
    expect(problems).toEqual([]);
  }
  for (const [n, { currency, amountMinor }] of amounts.entries()) {
    const decimal = formatAmount(amountMinor, currency);
    expect(inNode[n]).toMatchObject({
      digits: decimal.replace('.', ''),
      typed: expect.arrayContaining([decimal, decimal.replace('.', ',')]),
      parsed: locales.map(() => amountMinor),
    });
  }
});

test('the page shows and accepts amounts with the decimals of ISO 4217', async (context) => {
  skipWithoutChromium(context);
  await using dashboard = await openDashboards();
  await using server = await startTestServer();
  const client = await server.signedInClient();
  const payment = { amountMinor: 125_050, method: 'credit_card', receiver: 'By client' } as const;
  const { page, problems } = await dashboard.open(server.url, { path: '/payments' });
  const shows = (text: string) => rows(page).getByText(text, { exact: true }).waitFor();
  for (const currency of ['RSD', 'HUF', 'IQD', 'JPY'])
    await client.api.payments.create.mutate({ ...payment, currency });
  await shows('RSD\u00a01,250.50');
  await shows('HUF\u00a01,250.50');
  await shows('IQD\u00a0125.050');
  await shows('¥125,050');

  await page.getByRole('button', { name: 'New payment' }).click();
  const form = page.getByRole('dialog', { name: 'New payment' });
  await form.getByLabel('Amount').fill('1,250.55');
  await form.getByLabel('Currency').selectOption('HUF');
  await form.getByLabel('Receiver').fill('By page');
  await form.getByRole('button', { name: 'Record payment' }).click();
  await shows('HUF\u00a01,250.55');
  const { items } = await client.api.payments.list.query({ filter: { search: 'By page' } });
  expect(items).toMatchObject([{ amountMinor: 125_055, currency: 'HUF' }]);
  expect(problems).toEqual([]);
});
