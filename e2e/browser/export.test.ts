import { readFile } from 'node:fs/promises';
import { startTestServer } from '@paydeck/server/testing';
import { skipWithoutChromium } from '@paydeck/server/testing/browser';
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { openDashboards, rows } from './dashboard-page.ts';

const payment = { method: 'credit_card' as const, status: 'success' as const, receiver: 'Müller GmbH' };
const createdAt = '2026-01-15T10:30:00.000Z';

/** Clicks the button, and returns the text of the file that the page saves. */
async function exportedText(page: Page): Promise<string> {
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: 'Export CSV' }).click(),
  ]);
  return await readFile(await download.path(), 'utf8');
}

const optionsOf = async (page: Page) => {
  await page.getByRole('button', { name: 'Export options' }).click();
  return page.getByRole('dialog', { name: 'Export options' });
};

test('an export has the currency where amounts need it, and the columns and marks that are chosen', async (context) => {
  skipWithoutChromium(context);
  await using dashboard = await openDashboards();
  await using server = await startTestServer();
  const client = await server.signedInClient();
  const create = async (money: { amountMinor: number; currency: string }, more: object = {}) => {
    const [created] = (
      await client.api.payments.createMany.mutate({
        payments: [{ ...payment, createdAt, ...money, ...more }],
      })
    ).payments;
    return created?.id;
  };
  const dollars = await create({ amountMinor: 125_000, currency: 'USD' });
  const { page, problems } = await dashboard.open(server.url, { path: '/payments' });
  await rows(page).first().waitFor();
  const titles = 'ID,Amount,Method,Status,Receiver,Description,Created At';
  expect(await exportedText(page)).toBe(
    `${titles}\r\n${dollars},1250.00,credit_card,success,Müller GmbH,,${createdAt}\r\n`,
  );

  const yen = await create(
    { amountMinor: 1_250, currency: 'JPY' },
    { status: 'failed', failureCode: 'card_declined', failureMessage: 'No' },
  );
  const withCurrency = titles.replace('Description', 'Description,Currency');
  expect((await exportedText(page)).split('\r\n').toSorted()).toEqual(
    [
      withCurrency,
      `${dollars},1250.00,credit_card,success,Müller GmbH,,USD,${createdAt}`,
      `${yen},1250,credit_card,failed,Müller GmbH,,JPY,${createdAt}`,
      '',
    ].toSorted(),
  );

  await page.goto(`${server.url}/payments?currency=JPY`);
  await rows(page).first().waitFor();
  const options = await optionsOf(page);
  await options.getByText('Always included, because not all payments are in USD.').waitFor();
  expect(await options.getByLabel('Currency column').isChecked()).toBe(true);
  expect(await options.getByLabel('Currency column').isDisabled()).toBe(true);
  await options.getByLabel('Failure code and message').check();
  await options.getByLabel('Separator').selectOption('Semicolon');
  await options.getByLabel('UTF-8 mark, for Excel').check();
  await page.reload();
  await rows(page).first().waitFor();
  expect(await exportedText(page)).toBe(
    '\uFEFFID;Amount;Method;Status;Receiver;Description;Currency;Failure Code;Failure Message;Created At\r\n' +
      `${yen};1250;credit_card;failed;Müller GmbH;;JPY;card_declined;No;${createdAt}\r\n`,
  );

  await page.goto(`${server.url}/payments?currency=USD`);
  await rows(page).first().waitFor();
  const reopened = await optionsOf(page);
  expect(await reopened.getByLabel('Decimals').inputValue()).toBe('point');
  await reopened.getByLabel('Decimals').selectOption('comma');
  await page.reload();
  await rows(page).first().waitFor();
  expect(await exportedText(page)).toContain(`${dollars};1250,00;credit_card;success;Müller GmbH;`);
  const last = await optionsOf(page);
  await last.getByLabel('Separator').selectOption('Comma');
  expect(await last.getByLabel('Decimals').isDisabled()).toBe(true);
  expect(await last.getByLabel('Decimals').inputValue()).toBe('point');
  expect(problems).toEqual([]);
});

test('a download that was cut is not saved, even if it ends as if it were whole', async (context) => {
  skipWithoutChromium(context);
  await using dashboard = await openDashboards();
  await using server = await startTestServer();
  const client = await server.signedInClient();
  const payments = Array.from({ length: 200 }, (_, n) => ({ ...payment, amountMinor: n + 1, createdAt }));
  await client.api.payments.createMany.mutate({ payments });
  const { page } = await dashboard.open(server.url, { path: '/payments' });
  await rows(page).first().waitFor();
  await page.route('**/api/payments/export?*', async (route) => {
    const reply = await route.fetch();
    const text = await reply.text();
    await route.fulfill({ response: reply, body: text.slice(0, text.indexOf('\r\n', text.length / 2) + 2) });
  });
  await page.getByRole('button', { name: 'Export CSV' }).click();
  await page.getByText('The export failed. The export is incomplete').waitFor();
});
