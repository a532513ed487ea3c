import { readFile } from 'node:fs/promises';
import type { PaydeckClient } from '@paydeck/client';
import { exportPayments } from '@paydeck/client/export';
import { createTestDatabase } from '@paydeck/db/testing';
import { providerFiles } from '@paydeck/payment-files/testing';
import { startTestServer } from '@paydeck/server/testing';
import { skipWithoutChromium } from '@paydeck/server/testing/browser';
import { freePort } from '@paydeck/server/testing/free-port';
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { openDashboards, openTab } from './dashboard-page.ts';

/** Signs in and opens the import. That view follows nothing live, so the page is live on another one first. */
async function openImport(
  dashboard: Awaited<ReturnType<typeof openDashboards>>,
  url: string,
  options: { timezoneId?: string } = {},
) {
  const opened = await dashboard.open(url, { path: '/payments', ...options });
  await opened.page.getByRole('link', { name: 'Import a file' }).click();
  await opened.page.getByText('Drop a file here').waitFor();
  return opened;
}

const fileOf = (name: string, text: string | Buffer) => ({
  name,
  mimeType: 'text/csv',
  buffer: Buffer.isBuffer(text) ? text : Buffer.from(text),
});

const choose = (page: Page, file: ReturnType<typeof fileOf>) =>
  page.getByLabel('File to import').setInputFiles(file);

const importButton = (page: Page) => page.getByRole('button', { name: /^Import [\d,]+ payments?$/ });

/** A line of the facts of a card, such as `Recorded`. */
const fact = (page: Page, name: string) =>
  page
    .locator('.import-facts > div')
    .filter({ has: page.getByText(name, { exact: true }) })
    .locator('dd');

/** The sums of all payments in minor units, by currency, as the server exports them. */
async function recordedSums(client: PaydeckClient): Promise<Record<string, number>> {
  const exported = await exportPayments(client, { format: 'jsonl' });
  for await (const _piece of exported.chunks);
  return Object.fromEntries([...(exported.summary?.sums ?? [])].map(([code, sum]) => [code, Number(sum)]));
}

const inMajor = (sumMinor: number, currency: string) => {
  const decimals = currency === 'JPY' ? 0 : 2;
  return new Intl.NumberFormat('en-US', {
    style: 'currency',
    currency,
    minimumFractionDigits: decimals,
    maximumFractionDigits: decimals,
  }).format(sumMinor / 10 ** decimals);
};

test('each file of a provider is recognized, and recorded to the cent', async (context) => {
  skipWithoutChromium(context);
  await using dashboard = await openDashboards();
  await using server = await startTestServer();
  const client = await server.signedInClient();
  const { page, problems } = await openImport(dashboard, server.url);
  const expected: Record<string, number> = {};
  for (const file of providerFiles) {
    await choose(page, fileOf(file.name, file.text));
    await page.getByText('recognized as').waitFor();
    if (file.dateFormat !== undefined) {
      await page.getByText('The date format must be named').waitFor();
      await page.getByLabel('Dates').fill(file.dateFormat);
    }
    await page.getByRole('button', { name: `Import ${file.good} payments` }).click();
    await page.getByRole('heading', { name: `Imported: ${file.name}` }).waitFor();
    const recorded = fact(page, 'Recorded');
    await recorded.getByText(`${file.good} payments`).waitFor();
    for (const [currency, sum] of Object.entries(file.sumsMinor)) {
      expected[currency] = (expected[currency] ?? 0) + sum;
      expect(await recorded.locator(`[data-currency=${currency}]`).textContent()).toContain(
        inMajor(sum, currency),
      );
    }
    expect(await fact(page, 'Left out').textContent()).toBe(
      `${file.leftOut} row${file.leftOut === 1 ? '' : 's'}`,
    );
    await page.getByRole('button', { name: 'Import another file' }).click();
  }
  expect(await recordedSums(client)).toEqual(expected);
  expect(problems).toEqual([]);
});

const bank = [
  'Konto;DE12',
  '',
  'Buchung;Betrag;Empfänger;Art;Saldo',
  '31.03.2026 10:00;1.234,50 €;Müller & Söhne;Überweisung;9',
  '01.04.2026 11:00;-20,00 €;Stadtwerke;Überweisung;9',
  '02.04.2026 12:00;8,05;Ada;Karte;9',
  '02.04.2026 13:00;8,055 €;Bob;Karte;9',
  '02.04.2026 14:00;5,00 €;Cyd;Gutschein;9',
  '',
].join('\r\n');

/** Windows-1252 has the euro sign at a place that Latin-1 does not use. */
const inWindows1252 = (text: string) => Buffer.from(text.replaceAll('€', '\u0080'), 'latin1');

test('the file of a bank is read by columns, formats and meanings that are chosen, and its bad row is saved', async (context) => {
  skipWithoutChromium(context);
  await using dashboard = await openDashboards();
  await using server = await startTestServer();
  const client = await server.signedInClient();
  const { page, problems } = await openImport(dashboard, server.url);
  await choose(page, fileOf('bank.csv', inWindows1252(bank)));
  await page.getByText('The file must be UTF-8, but line 3 is not').waitFor();
  await page.getByLabel('Encoding').selectOption('windows-1252');
  await page.getByLabel('Line of the header').fill('3');
  await page.getByRole('heading', { name: 'Columns' }).waitFor();
  await page.getByLabel('Amount', { exact: true }).selectOption({ label: 'Betrag' });
  await page.getByText('For example: 1.234,50 €').waitFor();
  await page.getByLabel('Receiver', { exact: true }).selectOption({ label: 'Empfänger' });
  await page.getByLabel('Created', { exact: true }).selectOption({ label: 'Buchung' });
  await page.getByLabel('Method', { exact: true }).selectOption({ label: 'Art' });
  await page.getByLabel('Status', { exact: true }).selectOption({ label: 'Succeeded' });
  await page.getByLabel('Dates').fill('DD.MM.YYYY HH:mm');
  await page.getByLabel('Decimals').selectOption('comma');
  await page.getByText('amount “1.234,50 €” says €, but its currency is USD').waitFor();
  await page.getByLabel('Method “Karte”').selectOption({ label: 'Credit card' });
  await page.getByText('1 row without a currency: read as USD.').waitFor();
  await page
    .locator('.picker-button')
    .and(page.getByLabel('Currency', { exact: true }))
    .click();
  await page.getByRole('combobox', { name: 'Search: Currency' }).fill('EUR');
  await page.locator('.picker-item').getByText('EUR').first().waitFor();
  await page.keyboard.press('Enter');
  await page.getByLabel('Method “Gutschein”').selectOption({ label: 'Don’t record these rows' });
  await page.getByText('1 row: method is “Gutschein”, which you chose to leave out').waitFor();
  await page.getByLabel('Method “Überweisung”').selectOption({ label: 'Bank transfer' });

  const preview = page.getByRole('table', { name: 'The first payments' });
  await preview.getByText('Müller & Söhne').waitFor();
  await preview.getByText('€1,234.50').waitFor();
  await page.getByText('1 row: the money went out: its amount is negative').waitFor();
  await page.getByText('Columns not read').waitFor();
  await page.getByText('Line 7', { exact: true }).waitFor();
  await page.getByRole('button', { name: 'Import 2 payments' }).click();
  await page.getByRole('heading', { name: 'Imported: bank.csv' }).waitFor();
  expect(await fact(page, 'Recorded').textContent()).toContain('€1,242.55');

  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: 'Download these rows' }).click(),
  ]);
  expect(download.suggestedFilename()).toBe('bank-not-imported.csv');
  expect(await readFile(await download.path(), 'utf8')).toBe(
    '\uFEFFBuchung;Betrag;Empfänger;Art;Saldo;Line;Problem\r\n' +
      '02.04.2026 13:00;8,055 €;Bob;Karte;9;7;amount “8,055 €” must have no more decimals than EUR has; name the other decimal mark if this one separates thousands\r\n'.replace(
        /7;(amount .*)\r\n$/,
        '7;"$1"\r\n',
      ),
  );
  await page.getByRole('link', { name: 'See the payments' }).click();
  await page.getByText('2 payments, as of').waitFor();
  const { items } = await client.api.payments.list.query();
  expect(items).toMatchObject([
    { receiver: 'Ada', amountMinor: 805, currency: 'EUR', method: 'credit_card', status: 'success' },
    { receiver: 'Müller & Söhne', amountMinor: 123_450, method: 'bank_transfer' },
  ]);
  expect(problems).toEqual([]);
});

test('the problem of all rows is listed once, and a plain date is one of the page’s zone', async (context) => {
  skipWithoutChromium(context);
  await using dashboard = await openDashboards();
  await using server = await startTestServer();
  const { page, problems } = await openImport(dashboard, server.url, { timezoneId: 'Europe/Berlin' });
  const rows = Array.from({ length: 40 }, (_, n) => `2026-03-31;${n + 1},50;Ada;credit_card;success;1`);
  const text = ['createdAt;amount;receiver;method;status;Nr', ...rows].join('\n');
  await choose(page, fileOf('shop.csv', text));
  const card = page.locator('.card', { has: page.getByText('40 rows can’t be recorded') });
  await card.getByText('And 37 more rows like these.').waitFor();
  expect(await card.getByText('Choose how “Decimals” are written.').count()).toBe(3);
  expect(await card.getByText('The others can.').count()).toBe(0);
  await page.getByLabel('Decimals').selectOption('comma');
  await page.getByRole('button', { name: 'Import 40 payments' }).waitFor();
  const preview = page.getByRole('table', { name: 'The first payments' });
  expect(await preview.getByText('Mar 31, 2026, 12:00 AM').count()).toBeGreaterThan(0);
  expect(problems).toEqual([]);
});

test('viewers can’t import', async (context) => {
  skipWithoutChromium(context);
  await using dashboard = await openDashboards();
  await using server = await startTestServer();
  const client = await server.signedInClient();
  const credentials = { username: 'vera.viewer', password: 'a long enough password' };
  await client.api.users.create.mutate({ ...credentials, role: 'viewer' });
  const { page } = await dashboard.open(server.url, { path: '/payments', credentials });
  await page.goto(`${server.url}/import`);
  await page.getByText('Ask an admin to import payments.').waitFor();
  expect(await page.getByRole('link', { name: 'Import' }).count()).toBe(0);
});

const manyRows = 100_000;
const badEvery = 10_000;

/** 100,000 rows in two currencies, ten of them bad. Two equal rows are two payments. */
function manyPayments() {
  const sumsMinor: Record<string, number> = { USD: 0, JPY: 0 };
  const lines = ['Amount,Currency,Method,Status,Receiver,Created At'];
  for (let n = 0; n < manyRows; n += 1) {
    const currency = n % 5 === 0 ? 'JPY' : 'USD';
    const amountMinor = 100 + (n % 9_000);
    const amount = currency === 'JPY' ? String(amountMinor) : (amountMinor / 100).toFixed(2);
    const isBad = n % badEvery === badEvery - 1;
    if (!isBad) sumsMinor[currency] = (sumsMinor[currency] ?? 0) + amountMinor;
    lines.push(
      `${isBad ? 'much' : amount},${currency},credit_card,success,Ada ${n % 50},2025-01-${String(1 + (n % 28)).padStart(2, '0')}`,
    );
  }
  return {
    file: fileOf('many.csv', `${lines.join('\n')}\n`),
    sumsMinor,
    good: manyRows - manyRows / badEvery,
  };
}

test('100,000 rows survive a closed tab, a killed server and a pause, without a duplicate', async (context) => {
  skipWithoutChromium(context);
  await using dashboard = await openDashboards();
  await using database = await createTestDatabase();
  const environment = { PORT: String(await freePort()) };
  const start = () => startTestServer({ database, environment });
  const { file, sumsMinor, good } = manyPayments();
  const waiting = { timeout: 240_000, interval: 20 };
  const total = async (client: PaydeckClient) => (await client.api.payments.list.query({ limit: 1 })).total;

  const first = await start();
  const client = await first.signedInClient();
  const { page } = await openImport(dashboard, first.url);
  const tab = await openTab(page, '/import');
  await choose(tab, file);
  await importButton(tab).click();
  await expect.poll(() => total(client), waiting).toBeGreaterThan(0);
  await tab.close();
  const atClose = await total(client);
  expect(atClose).toBeLessThan(good);

  await page.reload();
  await page.getByText('The import of many.csv was interrupted.').waitFor();
  await choose(page, file);
  await page.getByText(`${manyRows.toLocaleString('en')} rows checked`).waitFor();
  await page.getByRole('button', { name: 'Continue the import' }).click();
  await expect.poll(() => total(client), waiting).toBeGreaterThan(atClose + 1_000);
  await first[Symbol.asyncDispose]();
  await page.getByText('The server can’t be reached. The import continues when it is back.').waitFor();

  // Paused while no server answers, so that the import can't end before.
  await page.getByRole('button', { name: 'Pause' }).click();
  await page.getByRole('heading', { name: 'Paused: many.csv' }).waitFor();

  await using second = await start();
  const after = await second.signedInClient();
  // The import belongs to the page, not to the view.
  await page.getByRole('link', { name: 'Overview' }).click();
  await page.getByRole('link', { name: 'Import', exact: true }).click();
  await page.getByText(/ of 100,000 rows/).waitFor();
  await page.getByRole('button', { name: 'Resume' }).click();
  await page.getByText(/rows a second, .* left/).waitFor();
  await page.getByRole('heading', { name: 'Imported: many.csv' }).waitFor({ timeout: 280_000 });

  expect(await total(after)).toBe(good);
  expect(await recordedSums(after)).toEqual(sumsMinor);
  const [now, before] = await Promise.all(
    ['Recorded', 'Already recorded'].map((name) => shownFact(page, name)),
  );
  expect((now?.count ?? 0) + (before?.count ?? 0)).toBe(good);
  for (const [currency, sum] of Object.entries(sumsMinor))
    expect((now?.sums[currency] ?? 0) + (before?.sums[currency] ?? 0)).toBe(sum);
  expect(await fact(page, 'Invalid').textContent()).toBe('10 rows');
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: 'Download these rows' }).click(),
  ]);
  const bad = (await readFile(await download.path(), 'utf8')).trimEnd().split('\r\n');
  expect(bad).toHaveLength(11);
  expect(bad[1]).toMatch(/^much,USD,credit_card,success,.*,10001,"?amount must be an amount of USD/);
});

/** The number of payments and the sums in minor units that a line of the facts shows. */
async function shownFact(page: Page, name: string) {
  const place = fact(page, name);
  const number = (text: string | null) => Number((text ?? '').replaceAll(/\D/g, ''));
  const sums: Record<string, number> = {};
  for (const sum of await place.locator('[data-currency]').all())
    sums[(await sum.getAttribute('data-currency')) ?? ''] = number(await sum.textContent());
  return { count: number(await place.locator('> .number').first().textContent()), sums };
}
