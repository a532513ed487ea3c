import { startTestServer } from '@paydeck/server/testing';
import { skipWithoutChromium } from '@paydeck/server/testing/browser';
import { expect, test, vi } from 'vitest';
import { openDashboards, rows } from './dashboard-page.ts';

const payment = { amountMinor: 4_900, method: 'credit_card', receiver: 'Ada Books' } as const;

test('the time of a new payment is its age on the screen, a date on paper, and exact in the tooltip', async (context) => {
  skipWithoutChromium(context);
  await using dashboard = await openDashboards();
  await using server = await startTestServer();
  const client = await server.signedInClient();
  const description = 'A text that is longer than its column, so that the list cuts it off';
  const { createdAt } = await client.api.payments.create.mutate({ ...payment, description });
  const { page } = await dashboard.open(server.url, { path: '/payments', timezoneId: 'UTC' });
  const time = rows(page).getByRole('time');
  const year = String(createdAt.getUTCFullYear());
  await time.getByText(/now|min\. ago/).waitFor();
  await page.emulateMedia({ media: 'print' });
  await time.getByText(year).waitFor();
  await page.emulateMedia({ media: null });
  await time.getByText(/now|min\. ago/).waitFor();
  // The link covers the row, so the tooltip of the row is that of the link.
  const tooltip = await rows(page).getByRole('link').getAttribute('title');
  for (const text of ['Ada Books', description, year, 'UTC']) expect(tooltip).toContain(text);
});

test('a phone gets the payments in two columns, and filters that scroll beside a sign which says so', async (context) => {
  skipWithoutChromium(context);
  await using dashboard = await openDashboards();
  await using server = await startTestServer();
  const client = await server.signedInClient();
  await client.api.payments.create.mutate(payment);
  const { page } = await dashboard.open(server.url, { path: '/payments' });
  const heads = () => page.getByRole('columnheader').allTextContents();
  await rows(page).first().waitFor();
  expect(await heads()).toEqual(['Receiver', 'Description', 'Method', 'Created', 'Status', 'Amount']);
  await page.setViewportSize({ width: 390, height: 844 });
  await vi.waitFor(async () => expect(await heads()).toEqual(['Receiver', 'Amount']));
  for (const text of ['Ada Books', '$49.00', 'Pending']) await rows(page).getByText(text).waitFor();

  const sign = (): Promise<string> =>
    page.evaluate("getComputedStyle(document.querySelector('.filters'), '::after').opacity");
  expect(await sign()).toBe('1');
  await page.evaluate("document.querySelector('.filters').scrollTo(10_000, 0)");
  await vi.waitFor(async () => expect(await sign()).toBe('0'));
  // The page itself does not scroll sideways.
  expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(390);
});

test('a view without live data shows no state of a connection', async (context) => {
  skipWithoutChromium(context);
  await using dashboard = await openDashboards();
  await using server = await startTestServer();
  const { page } = await dashboard.open(server.url);
  await page.getByRole('link', { name: 'Audit' }).click();
  await page.getByText('Server started').waitFor();
  await page.locator('.connection').waitFor({ state: 'hidden' });
});
