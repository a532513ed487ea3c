import type { PaydeckClient } from '@paydeck/client';
import { startTestServer } from '@paydeck/server/testing';
import { skipWithoutChromium } from '@paydeck/server/testing/browser';
import type { Page } from 'playwright-core';
import { expect, test, vi } from 'vitest';
import { middayZone, openDashboards } from './dashboard-page.ts';

const dayMs = 86_400_000;
const daysAgo = (days: number) => new Date(Date.now() - days * dayMs).toISOString();
const dateIn = (timeZone: string) => new Intl.DateTimeFormat('en-CA', { timeZone }).format();

const tile = (page: Page, name: string) =>
  page.locator('.tile', { has: page.getByText(name, { exact: true }) });
const changeOf = (page: Page, name: string) => tile(page, name).locator('.tile-change');

/** Records payments that succeeded or failed, of the same amount each. */
const record = (
  client: PaydeckClient,
  {
    succeeded,
    failed,
    ...fields
  }: { succeeded: number; failed: number; currency: string; createdAt: string },
) =>
  client.api.payments.createMany.mutate({
    payments: Array.from({ length: succeeded + failed }, (_, n) => ({
      amountMinor: 1_000,
      method: 'credit_card',
      receiver: 'Ada Books',
      status: n < succeeded ? 'success' : 'failed',
      ...fields,
    })),
  });

test('a custom range begins as the days of the chosen zone up to today, not of UTC', async (context) => {
  skipWithoutChromium(context);
  await using dashboard = await openDashboards();
  await using server = await startTestServer();
  // At any time, it is another day there than in UTC.
  const timeZone = new Date().getUTCHours() >= 12 ? 'Pacific/Kiritimati' : 'Etc/GMT+12';
  expect(dateIn(timeZone)).not.toBe(dateIn('UTC'));
  const path = `/?timeZone=${encodeURIComponent(timeZone)}`;
  const { page, problems } = await dashboard.open(server.url, { path, timezoneId: 'UTC' });
  const before = dateIn(timeZone);
  await page.getByLabel('Range').selectOption('Custom range');
  await page.waitForURL('**/?*to=*');
  const { searchParams } = new URL(page.url());
  // Midnight may pass while the test runs.
  const today = searchParams.get('to') ?? '';
  expect([before, dateIn(timeZone)]).toContain(today);
  expect(searchParams.get('from')).toBe(`${today.slice(0, 8)}01`);
  expect(problems).toEqual([]);
});

test('a figure is compared with a period that has enough payments, in colour if the change is not chance', async (context) => {
  skipWithoutChromium(context);
  await using dashboard = await openDashboards();
  await using server = await startTestServer();
  const client = await server.signedInClient();
  const [now, before] = [daysAgo(2), daysAgo(40)];
  await record(client, { succeeded: 369, failed: 31, currency: 'USD', createdAt: before });
  await record(client, { succeeded: 368, failed: 32, currency: 'USD', createdAt: now });
  await record(client, { succeeded: 3, failed: 0, currency: 'EUR', createdAt: before });
  await record(client, { succeeded: 60, failed: 4, currency: 'EUR', createdAt: now });
  await record(client, { succeeded: 40, failed: 60, currency: 'GBP', createdAt: before });
  await record(client, { succeeded: 90, failed: 10, currency: 'GBP', createdAt: now });

  const { page, problems } = await dashboard.open(server.url, { path: '/?currency=EUR' });
  await changeOf(page, 'Revenue').getByText('from €30.00').waitFor();
  expect(await changeOf(page, 'Revenue').textContent()).not.toContain('%');
  expect(await changeOf(page, 'Success rate').textContent()).not.toContain('pp');
  expect(await page.locator('.tiles .change').count()).toBe(0);

  await page.goto(`${server.url}/?currency=USD`);
  await changeOf(page, 'Success rate').getByText('-0.3 pp').waitFor();
  const rate = changeOf(page, 'Success rate').locator('.change');
  expect(await rate.getAttribute('class')).toBe('change');
  await page.goto(`${server.url}/?currency=GBP`);
  await changeOf(page, 'Success rate').getByText('+50 pp').waitFor();
  expect(await rate.getAttribute('class')).toContain('change-good');
  expect(problems).toEqual([]);
});

test('each figure says whether it follows the range, and the bar of today that it is not whole', async (context) => {
  skipWithoutChromium(context);
  await using dashboard = await openDashboards();
  await using server = await startTestServer();
  const client = await server.signedInClient();
  for (const createdAt of [daysAgo(0), daysAgo(1), daysAgo(2)])
    await record(client, { succeeded: 1, failed: 0, currency: 'USD', createdAt });
  const { timezoneId } = middayZone();
  const { page, problems } = await dashboard.open(server.url, { timezoneId });
  const slider = page.getByRole('slider', { name: 'Revenue by day' });
  const covers = (name: string) => tile(page, name).locator('.tile-covers').textContent();
  for (const range of ['Last 7 days', 'Last 90 days']) {
    await page.getByLabel('Range').selectOption(range);
    for (const name of ['Revenue', 'Failed', 'Success rate'])
      await vi.waitFor(async () => expect(await covers(name)).toBe(range));
    for (const name of ['Payments today', 'Payments this week'])
      expect(await covers(name)).toMatch(/^Always /);
    await vi.waitFor(async () => expect(await slider.getAttribute('aria-valuetext')).toContain('so far'));
    // Yesterday has ended.
    await slider.press('ArrowLeft');
    await vi.waitFor(async () => expect(await slider.getAttribute('aria-valuetext')).not.toContain('so far'));
    await slider.press('End');
  }
  const [from, to] = [daysAgo(3), daysAgo(1)].map((instant) => instant.slice(0, 10));
  await page.goto(`${server.url}/?from=${from}&to=${to}`);
  await vi.waitFor(async () => expect(await slider.getAttribute('aria-valuetext')).toContain('$10.00'));
  expect(await slider.getAttribute('aria-valuetext')).not.toContain('so far');
  expect(problems).toEqual([]);
});
