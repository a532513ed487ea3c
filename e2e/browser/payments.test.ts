import { mkdtempDisposable, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { EveryPaymentField, PaydeckClient, RouterInputs } from '@paydeck/client';
import { startTestServer } from '@paydeck/server/testing';
import { skipWithoutChromium } from '@paydeck/server/testing/browser';
import type { Page } from 'playwright-core';
import { expect, test, vi } from 'vitest';
import { runPaydeck } from '../run-script.ts';
import { openDashboards, openTab, rows } from './dashboard-page.ts';

type NewPayment = RouterInputs['payments']['createMany']['payments'][number];

const day = (n: number) => new Date(Date.UTC(2026, 0, 1) + n * 86_400_000).toISOString();
const receivers = ['Ada Books', 'Delta\nLine, "Nord"', 'Corner Shop', 'Börse'];

/** 240 payments, one a day from 2026-01-01, oldest first. */
const payments = Array.from(
  { length: 240 },
  (_, n): NewPayment => ({
    amountMinor: 1_000 + n,
    method: (['credit_card', 'bank_transfer', 'digital_wallet'] as const)[n % 3] ?? 'credit_card',
    status: (['success', 'failed', 'pending', 'success'] as const)[n % 4] ?? 'success',
    currency: n % 5 === 0 ? 'EUR' : 'USD',
    receiver: receivers[n % 4] ?? '',
    description: `Order ${n}`,
    createdAt: day(n),
  }),
);

const receiversShown = (page: Page) => rows(page).locator('.row-link').allTextContents();
const totalSays = (page: Page, text: string) => page.locator('.view-title').getByText(text).waitFor();

test('filters are in the address, the total is exact, and the export holds the same payments as the list', async (context) => {
  skipWithoutChromium(context);
  await using dashboard = await openDashboards();
  await using server = await startTestServer();
  const client = await server.signedInClient();
  await client.api.payments.createMany.mutate({ payments });
  const { page, problems } = await dashboard.open(server.url, { path: '/payments', timezoneId: 'UTC' });
  await totalSays(page, '240 payments');

  await page.getByRole('button', { name: 'Status', exact: true }).click();
  await page.getByLabel('Failed').check();
  await page.getByLabel('Pending').check();
  await page.keyboard.press('Escape');
  await totalSays(page, '120 payments');
  await page.getByRole('button', { name: 'Amount' }).click();
  await page.getByLabel('Minimum').fill('10.50');
  await page.getByLabel('Maximum').fill('1,x');
  await page.getByRole('button', { name: 'Apply' }).click();
  await page.getByText('Enter amounts in USD').waitFor();
  await page.getByLabel('Maximum').fill('11.99');
  await page.getByRole('button', { name: 'Apply' }).click();
  await page.getByText('from $10.50 to $11.99').waitFor();
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'Date' }).click();
  await page.getByLabel('From', { exact: true }).focus();
  await page.keyboard.type('03012026');
  await page.keyboard.press('Escape');
  await page.getByLabel('Search receiver').fill('book');
  const filter = {
    status: ['pending', 'failed'] as ('pending' | 'failed')[],
    currency: 'USD',
    minAmountMinor: 1_050,
    maxAmountMinor: 1_199,
    from: '2026-03-01T00:00:00Z',
    search: 'book',
  };
  expect(await client.api.payments.list.query({ filter })).toMatchObject({ total: 0 });
  await page.getByText('No matching payments').waitFor();
  await totalSays(page, '0 payments');

  await page.getByLabel('Search receiver').fill('line');
  const found = await client.api.payments.list.query({ filter: { ...filter, search: 'LINE' }, limit: 100 });
  expect(found.total).toBeGreaterThan(20);
  await totalSays(page, `${found.total} payments`);
  const reopened = await openTab(page, page.url());
  await totalSays(reopened, `${found.total} payments`);

  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: 'Export CSV' }).click(),
  ]);
  const file = await readFile(await download.path());
  await page.getByText(`Exported ${found.total} payments.`).waitFor();
  expect(download.suggestedFilename()).toBe('payments.csv');
  for (const { id } of found.items) expect(file.includes(id)).toBe(true);
  const written = await exportByCommand(client, server.url);
  expect(written.toString()).toBe(file.toString());
  expect(written.equals(file)).toBe(true);

  await page.getByRole('button', { name: 'Clear filters' }).click();
  await totalSays(page, '240 payments');
  expect(new URL(page.url()).search).toBe('');
  expect(problems).toEqual([]);
});

/** The file that `paydeck payments export` writes for the filter that the first test sets in the page. */
async function exportByCommand(client: PaydeckClient, url: string): Promise<Buffer> {
  const { key } = await client.api.apiKeys.create.mutate({ name: 'nightly export', role: 'viewer' });
  await using folder = await mkdtempDisposable(join(tmpdir(), 'paydeck-export-'));
  const output = join(folder.path, 'payments.csv');
  const filter = [
    ...['--status', 'pending,failed', '--currency', 'USD', '--from', '2026-03-01T00:00:00Z'],
    ...['--min-amount', '10.50', '--max-amount', '11.99', '--search', 'line'],
  ];
  await runPaydeck(
    { PAYDECK_URL: url, PAYDECK_API_KEY: key },
    ...['payments', 'export', '-o', output, ...filter],
  );
  return await readFile(output);
}

test('next and previous pages are read by cursor, any other page by its number', async (context) => {
  skipWithoutChromium(context);
  await using dashboard = await openDashboards();
  await using server = await startTestServer();
  const client = await server.signedInClient();
  await client.api.payments.createMany.mutate({ payments });
  const { page, problems } = await dashboard.open(server.url, { path: '/payments?limit=10' });
  const idsOf = (locator: ReturnType<typeof rows>) =>
    locator.evaluateAll((all) => all.map((row) => row.getAttribute('data-payment')));
  const shows = async (pageNumber: number) => {
    const { items } = await client.api.payments.list.query({ page: pageNumber, limit: 10 });
    await vi.waitFor(async () => expect(await idsOf(rows(page))).toEqual(items.map(({ id }) => id)));
  };
  await shows(1);
  await page.getByRole('button', { name: 'Next page' }).click();
  await shows(2);
  await page.getByRole('button', { name: 'Next page' }).click();
  await shows(3);
  expect(new URL(page.url()).searchParams.get('cursor')).not.toBeNull();
  await page.getByRole('button', { name: 'Previous page' }).click();
  await shows(2);
  await page.getByLabel('Page', { exact: true }).fill('17');
  await page.keyboard.press('Enter');
  await shows(17);
  await page.getByRole('button', { name: 'Last page' }).click();
  await shows(24);
  expect(await page.getByRole('button', { name: 'Next page' }).isDisabled()).toBe(true);
  await page.goBack();
  await shows(17);
  await page.goto(`${server.url}/payments?page=90`);
  await page.getByText('Page not found').waitFor();
  await page.getByRole('button', { name: 'Go to the first page' }).click();
  await totalSays(page, '240 payments');
  expect(problems).toEqual([]);
});

test('rows appear, change and leave live, and no row moves under the pointer', async (context) => {
  skipWithoutChromium(context);
  await using dashboard = await openDashboards();
  await using server = await startTestServer();
  const client = await server.signedInClient();
  await client.api.payments.createMany.mutate({ payments: payments.slice(0, 30) });
  const { page, problems } = await dashboard.open(server.url, { path: '/payments?status=pending,failed' });
  await totalSays(page, '15 payments');
  // Rows only move while the pointer is not on them.
  await page.mouse.move(700, 10);

  const pending = await create(client, 'Elm Street');
  await totalSays(page, '16 payments');
  expect((await receiversShown(page))[0]).toBe('Elm Street');
  await client.api.payments.update.mutate({ id: pending.id, status: 'failed', failureCode: 'expired_card' });
  await rows(page).first().getByText('Failed').waitFor();
  const leaving = await create(client, 'Fern Road');
  await totalSays(page, '17 payments');
  await client.api.payments.update.mutate({ id: leaving.id, status: 'success' });
  await totalSays(page, '16 payments');
  expect((await receiversShown(page))[0]).toBe('Elm Street');

  await rows(page).first().hover();
  const place = await rows(page).first().boundingBox();
  await create(client, 'Grove Lane');
  await create(client, 'Hill Top');
  await page.getByRole('button', { name: '2 new payments' }).waitFor();
  await totalSays(page, '18 payments');
  expect((await receiversShown(page))[0]).toBe('Elm Street');
  expect(await rows(page).first().boundingBox()).toEqual(place);
  await page.getByRole('button', { name: '2 new payments' }).click();
  await vi.waitFor(async () =>
    expect((await receiversShown(page)).slice(0, 3)).toEqual(['Hill Top', 'Grove Lane', 'Elm Street']),
  );
  expect(problems).toEqual([]);
});

const create = (client: PaydeckClient, receiver: string) =>
  client.api.payments.create.mutate({ amountMinor: 4_900, method: 'credit_card', receiver });

test('an admin records a payment and settles it in the drawer, which shows its history', async (context) => {
  skipWithoutChromium(context);
  await using dashboard = await openDashboards();
  await using server = await startTestServer();
  const client = await server.signedInClient();
  const { page, problems } = await dashboard.open(server.url, { path: '/payments' });
  await page.getByText('No payments yet').waitFor();
  await page.getByRole('button', { name: 'New payment' }).click();
  const form = page.getByRole('dialog', { name: 'New payment' });
  await form.getByLabel('Amount').fill('1,250.505');
  await form.getByLabel('Receiver').fill('Ada Books');
  await form.getByRole('button', { name: 'Record payment' }).click();
  await form.getByLabel('Status').selectOption('Failed');
  await form.getByText('Enter an amount in USD, such as 1250.00.').waitFor();
  await form.getByRole('button', { name: 'Cancel' }).click();
  await form.waitFor({ state: 'detached' });
  // The form is empty when it opens again.
  await page.getByRole('button', { name: 'New payment' }).click();
  expect(await form.getByLabel('Status').inputValue()).toBe('pending');
  expect(await form.getByText('Enter an amount in USD').count()).toBe(0);
  await form.getByLabel('Receiver').fill('Ada Books');
  await form.getByLabel('Amount').fill('1,250.50');
  await form.getByRole('button', { name: 'Record payment' }).click();
  await page.getByText('Recorded $1,250.50 to Ada Books.').waitFor();
  await form.waitFor({ state: 'detached' });

  await rows(page).getByRole('link', { name: 'Ada Books' }).click();
  const drawer = page.getByRole('dialog', { name: 'Payment' });
  await drawer.getByRole('button', { name: 'Mark as failed…' }).click();
  await drawer.getByLabel('Failure code').fill('card declined!');
  await drawer.getByLabel('Failure message').fill('declined\u0007');
  await drawer.getByRole('button', { name: 'Mark as failed' }).click();
  await drawer.getByText('Must be 1 to 64 letters').waitFor();
  await drawer.getByText('Must not contain control characters').waitFor();
  await drawer.getByLabel('Failure code').fill('card_declined');
  await drawer.getByLabel('Failure message').fill('Not enough money.');
  await drawer.getByRole('button', { name: 'Mark as failed' }).click();
  const history = drawer.getByRole('region', { name: 'History' });
  await history.getByText('Failure code: card_declined').waitFor();
  await history.getByText('Created').waitFor();
  expect(await drawer.getByRole('button', { name: 'Mark as succeeded' }).count()).toBe(0);
  const [stored] = (await client.api.payments.list.query()).items;
  expect(stored).toMatchObject({ amountMinor: 125_050, status: 'failed', failureCode: 'card_declined' });

  await page.keyboard.press('Escape');
  await drawer.waitFor({ state: 'detached' });
  await rows(page).getByText('Failed').waitFor();
  // The browser logs the refused change as an error.
  expect(problems).toEqual([expect.stringContaining('400')]);
});

test('every field of a payment can be entered in the form, and the drawer shows it', async (context) => {
  skipWithoutChromium(context);
  await using dashboard = await openDashboards();
  await using server = await startTestServer();
  const client = await server.signedInClient();
  const { page } = await dashboard.open(server.url, { path: '/payments' });
  const payment: EveryPaymentField = {
    amountMinor: 4_990,
    currency: 'EUR',
    method: 'bank_transfer',
    status: 'failed',
    receiver: 'Corner Bookshop',
    description: 'Three books',
    failureCode: 'card_declined',
    failureMessage: 'Declined by the bank',
  };
  const { amountMinor: _, currency, method, status, ...texts } = payment;
  await page.getByRole('button', { name: 'New payment' }).click();
  const form = page.getByRole('dialog', { name: 'New payment' });
  for (const [name, choice] of Object.entries({ currency, method, status }))
    await form.locator(`select[name="${name}"]`).selectOption(String(choice));
  for (const [name, text] of Object.entries({ amount: '49.90', ...texts }))
    await form.locator(`[name="${name}"]`).fill(String(text));
  await form.getByRole('button', { name: 'Record payment' }).click();
  await form.waitFor({ state: 'detached' });
  const [stored] = (await client.api.payments.list.query()).items;
  expect(stored).toMatchObject(payment);

  await rows(page).getByRole('link', { name: 'Corner Bookshop' }).click();
  const drawer = page.getByRole('dialog', { name: 'Payment' });
  for (const text of ['€49.90', 'Failed', 'Bank transfer', ...Object.values(texts)])
    await drawer.getByText(String(text), { exact: true }).waitFor();
});

test('a payment whose answer is lost is recorded once, even when it is sent again', async (context) => {
  skipWithoutChromium(context);
  await using dashboard = await openDashboards();
  await using server = await startTestServer();
  const client = await server.signedInClient();
  const { page } = await dashboard.open(server.url, { path: '/payments' });
  const keys = new Set<string | undefined>();
  await page.route('**/trpc/payments.create', async (route) => {
    keys.add(/"idempotencyKey":"(\w+)"/.exec(route.request().postData() ?? '')?.[1]);
    await route.fetch();
    await route.abort();
  });
  await page.getByRole('button', { name: 'New payment' }).click();
  const form = page.getByRole('dialog', { name: 'New payment' });
  await form.getByLabel('Amount').fill('49.90');
  await form.getByLabel('Receiver').fill('Ada Books');
  await form.getByRole('button', { name: 'Record payment' }).click();
  await form.getByText('The server did not answer').waitFor();
  expect(keys.size).toBe(1);

  await page.unroute('**/trpc/payments.create');
  await form.getByRole('button', { name: 'Record payment' }).click();
  await page.getByText('Recorded $49.90 to Ada Books.').waitFor();
  expect((await client.api.payments.list.query()).total).toBe(1);

  // A new form with the same values records a second payment.
  await page.getByRole('button', { name: 'New payment' }).click();
  await form.getByLabel('Amount').fill('49.90');
  await form.getByLabel('Receiver').fill('Ada Books');
  await form.getByRole('button', { name: 'Record payment' }).click();
  await form.waitFor({ state: 'detached' });
  expect((await client.api.payments.list.query()).total).toBe(2);
});
