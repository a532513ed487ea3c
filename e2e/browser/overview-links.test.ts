import { startTestServer } from '@paydeck/server/testing';
import { skipWithoutChromium } from '@paydeck/server/testing/browser';
import type { Page } from 'playwright-core';
import { expect, test, vi } from 'vitest';
import { figure, openDashboards } from './dashboard-page.ts';

const dayMs = 86_400_000;
const methods = ['credit_card', 'bank_transfer', 'digital_wallet'] as const;
const codes = ['card_declined', 'expired_card', 'do_not_honor', 'lost_card', 'fraud'] as const;

/**
 * Payments of the last 40 days in three statuses, two currencies and with many failure codes, one of them missing. Amounts and
 * numbers differ by day, so that a wrong range has another total.
 */
const payments = Array.from({ length: 240 }, (_, n) => {
  const status = n % 3 === 0 ? 'failed' : n % 7 === 0 ? 'pending' : 'success';
  return {
    amountMinor: 1_000 + n * 37,
    currency: n % 11 === 0 ? 'EUR' : 'USD',
    method: methods[Math.floor(n / 3) % 3] ?? 'credit_card',
    status,
    receiver: `Receiver ${n}`,
    ...(status === 'failed' &&
      n % 5 !== 0 && { failureCode: codes[Math.floor(n / 9) % codes.length] ?? 'fraud' }),
    createdAt: new Date(Date.now() - Math.floor(n ** 1.3 / 31) * dayMs - n * 1_000).toISOString(),
  } as const;
});

/** Follows a link of the overview, reads how many payments the list has, and goes back. */
async function countBehind(page: Page, follow: () => Promise<void>): Promise<number> {
  await follow();
  await page.waitForURL('**/payments?*');
  const title = page.locator('.view-title');
  await title.getByText(/as of/).waitFor();
  const count = Number(/[\d,]+(?= payment)/.exec((await title.textContent()) ?? '')?.[0].replaceAll(',', ''));
  await page.goBack();
  await page.locator('.tile-figure a').first().waitFor();
  return count;
}

/** The first number in a text. */
const numberIn = (text: string | null) => Number(/[\d,]+/.exec(text ?? '')?.[0].replaceAll(',', ''));

test('every number of the overview leads to the payments behind it', async (context) => {
  skipWithoutChromium(context);
  await using dashboard = await openDashboards();
  await using server = await startTestServer();
  const client = await server.signedInClient();
  await client.api.payments.createMany.mutate({ payments: [...payments] });
  const { page, problems } = await dashboard.open(server.url, {
    path: '/?range=30d',
    timezoneId: 'America/New_York',
  });
  page.setDefaultTimeout(120_000);
  await page.locator('.tile-figure a').first().waitFor();
  const behind = (follow: () => Promise<void>) => countBehind(page, follow);
  const { dashboard: figures, revenue } = await client.api.stats.overview.query({
    timeZone: 'America/New_York',
  });

  for (const name of ['Payments today', 'Payments this week', 'Failed']) {
    const shown = numberIn(await figure(page, name).textContent());
    expect(shown).toBeGreaterThan(0);
    expect([name, await behind(() => figure(page, name).click())]).toEqual([name, shown]);
  }
  // An amount and a percentage have no number of payments beside them.
  const succeeded = revenue.points.reduce((sum, { count }) => sum + count, 0);
  expect(await behind(() => figure(page, 'Revenue').click())).toBe(succeeded);
  expect(await behind(() => figure(page, 'Success rate').click())).toBe(
    succeeded + figures.failedTransactions,
  );

  const rowCounts = async (row: string, cell: string) =>
    (await page.locator(`${row} ${cell}`).allTextContents()).map(numberIn);
  const methodCounts = await rowCounts('.split-list li', '.split-count');
  expect(methodCounts).toHaveLength(3);
  for (const [n, count] of methodCounts.entries()) {
    expect(await behind(() => page.locator('.split-list a').nth(n).click())).toBe(count);
  }

  const failures = page.getByRole('region', { name: 'Failures' });
  const showAll = failures.getByRole('button', { name: /^Show \d+ more reasons of \d+ payments$/ });
  const hidden = numberIn((await showAll.textContent())?.replace(/^.* of /, '') ?? '');
  await showAll.click();
  const failureCounts = await rowCounts('.card tr.behind-row', 'td:nth-child(3)');
  expect(failureCounts.length).toBeGreaterThan(8);
  expect(failureCounts.slice(8).reduce((sum, count) => sum + count, 0)).toBe(hidden);
  expect(failureCounts.reduce((sum, count) => sum + count, 0)).toBe(figures.failedTransactions);
  const names = await failures.locator('tbody a').allTextContents();
  const noCode = names.indexOf('No code');
  expect(noCode).toBeGreaterThan(-1);
  for (const n of new Set([0, noCode, names.length - 1])) {
    const follow = async () => {
      if (await showAll.isVisible()) await showAll.click();
      await failures.locator('tbody a').nth(n).click();
    };
    expect([names[n], await behind(follow)]).toEqual([names[n], failureCounts[n]]);
  }

  // The bars of days, weeks and months: each says how many payments it has, and together they have the revenue of the tile.
  for (const interval of ['Day', 'Week', 'Month']) {
    await page.getByText(interval, { exact: true }).click();
    const slider = page.getByRole('slider', { name: `Revenue by ${interval.toLowerCase()}` });
    await slider.waitFor();
    const bars = await page
      .locator('.chart-link')
      .evaluateAll((links) => links.map((link) => link.getAttribute('aria-label') ?? ''));
    const cents = bars.map((text) =>
      Math.round(100 * Number(/\$([\d,.]+),/.exec(text)?.[1]?.replaceAll(',', ''))),
    );
    expect(cents.reduce((sum, amount) => sum + amount, 0)).toBe(figures.totalRevenueMinor);
    const counts = bars.map((text) => Number(/(\d+) payments?$/.exec(text)?.[1]));
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(succeeded);
    for (const n of [0, Math.floor(counts.length / 2)]) {
      expect([bars[n], await behind(() => page.locator('.chart-link').nth(n).click())]).toEqual([
        bars[n],
        counts[n],
      ]);
    }
    // By keyboard, the slider opens the bar that it describes: the last one.
    await slider.focus();
    expect(await behind(() => page.keyboard.press('Enter'))).toBe(counts.at(-1));
    await slider.waitFor();
  }

  await page.getByText('Table', { exact: true }).click();
  const table = page.getByRole('region', { name: 'Revenue by month' });
  const newest = numberIn(await table.locator('tbody td:nth-child(2)').first().textContent());
  expect(await behind(() => table.locator('tbody a').first().click())).toBe(newest);
  expect(problems).toEqual([]);
});

test('weeks begin as in the browser’s language, until another day is chosen', async (context) => {
  skipWithoutChromium(context);
  await using dashboard = await openDashboards();
  await using server = await startTestServer();
  const client = await server.signedInClient();
  await client.api.payments.createMany.mutate({ payments: [...payments] });
  const { page } = await dashboard.open(server.url, {
    path: '/?interval=week&range=30d',
    timezoneId: 'UTC',
    locale: 'en-US',
  });
  const weekday = async () => {
    const label = await page.locator('.chart-link').nth(2).getAttribute('aria-label');
    return new Date(/Week of ([^:]+):/.exec(label ?? '')?.[1] ?? '').getDay();
  };
  await page.locator('.chart-link').nth(2).waitFor({ state: 'attached' });
  expect(await weekday()).toBe(0);
  await page.getByLabel('First day of the week').selectOption('Weeks from Monday');
  await vi.waitFor(async () => expect(await weekday()).toBe(1), { timeout: 20_000 });
  expect(page.url()).toContain('weekStartsOn=monday');

  // The choice is kept for the next visit.
  await page.goto(`${server.url}/?interval=week&range=30d`);
  await page.locator('.chart-link').nth(2).waitFor({ state: 'attached' });
  expect(await weekday()).toBe(1);
});

test('today is compared with yesterday until the same time, and the chart with the period before', async (context) => {
  skipWithoutChromium(context);
  await using dashboard = await openDashboards();
  await using server = await startTestServer();
  const client = await server.signedInClient();
  const daysAgo = (days: number, minutes: number) =>
    new Date(Date.now() - days * dayMs + minutes * 60_000).toISOString();
  const payment = { amountMinor: 5_000, method: 'credit_card', status: 'success', receiver: 'Ada' } as const;
  await client.api.payments.createMany.mutate({
    payments: [
      ...Array.from({ length: 3 }, () => payment),
      ...Array.from({ length: 2 }, () => ({ ...payment, createdAt: daysAgo(1, -3) })),
      // Later than now, yesterday.
      ...Array.from({ length: 9 }, () => ({ ...payment, createdAt: daysAgo(1, 3) })),
    ],
  });
  // A zone in which it is about noon, so that no payment falls on another day.
  const offset = 12 - new Date().getUTCHours();
  const zone = `Etc/GMT${offset > 0 ? '-' : '+'}${Math.abs(offset)}`;
  const { page } = await dashboard.open(server.url, { path: `/?range=1d&timeZone=${zone}`, locale: 'en-US' });
  const tile = page.locator('.tile', { has: page.getByText('Payments today', { exact: true }) });
  await tile.getByText(/^from 2 yesterday by \d+:\d\d [AP]M$/).waitFor();
  expect(await page.locator('.chart-before').first().getAttribute('d')).toMatch(/^M[\d.]+ [\d.]+h[\d.]+$/);
  await page
    .locator('.chart-legend')
    .getByText(/^Before: .*, to \d+:\d\d [AP]M$/)
    .waitFor();
  await page.locator('.chart').hover();
  await page.locator('.chart-tip').getByText('$100.00 before').waitFor();
});

test('on a touch screen, the first touch of a bar shows its values, and the second opens its payments', async (context) => {
  skipWithoutChromium(context);
  await using dashboard = await openDashboards();
  await using server = await startTestServer();
  const client = await server.signedInClient();
  await client.api.payments.createMany.mutate({ payments: [...payments] });
  const { page } = await dashboard.open(server.url, {
    path: '/?range=7d',
    viewport: { width: 390, height: 844 },
    isMobile: true,
    hasTouch: true,
  });
  const bars = page.locator('.chart-link');
  await bars.nth(5).waitFor({ state: 'attached' });
  await bars.nth(2).tap();
  await page
    .locator('.chart-tip')
    .getByText(/payments?$/)
    .waitFor();
  await bars.nth(5).tap();
  expect(new URL(page.url()).pathname).toBe('/');
  await bars.nth(5).tap();
  await page.waitForURL('**/payments?*');
});
