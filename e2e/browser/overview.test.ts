import { createClient } from '@paydeck/client';
import { createTestDatabase } from '@paydeck/db/testing';
import { adminCredentials, startTestServer } from '@paydeck/server/testing';
import { skipWithoutChromium } from '@paydeck/server/testing/browser';
import { freePort } from '@paydeck/server/testing/free-port';
import { spawnServer } from '@paydeck/server/testing/spawn-server';
import { expect, test, vi } from 'vitest';
import { runPaydeck } from '../run-script.ts';
import { choose, connectionSays, figure, openDashboards, openTab, picker, rows } from './dashboard-page.ts';

const payment = {
  amountMinor: 125_000,
  method: 'credit_card',
  status: 'success',
  receiver: 'Ada Books',
} as const;

test('figures, chart, failures and list show what the command line records, without a reload', async (context) => {
  skipWithoutChromium(context);
  await using dashboard = await openDashboards();
  await using server = await startTestServer();
  const client = await server.signedInClient();
  const yesterday = new Date(Date.now() - 86_400_000).toISOString();
  await client.api.payments.createMany.mutate({ payments: [payment, { ...payment, createdAt: yesterday }] });
  const { key } = await client.api.apiKeys.create.mutate({ name: 'script', role: 'admin' });
  const create = (...args: readonly string[]) =>
    runPaydeck(
      { PAYDECK_URL: server.url, PAYDECK_API_KEY: key },
      ...['payments', 'create', '--method', 'credit_card', ...args],
    );
  const { page, problems } = await dashboard.open(server.url, {
    timezoneId: 'Asia/Tokyo',
    locale: 'en-US',
  });
  await expectText(figure(page, 'Revenue'), '$2,500.00');
  await expectText(figure(page, 'Payments today'), '1');
  await page.getByText('No failed payments in this period').waitFor();
  await picker(page, 'Time zone').getByText('Asia/Tokyo').waitFor();
  const slider = page.getByRole('slider', { name: 'Revenue by day' });
  await vi.waitFor(async () =>
    expect(await slider.getAttribute('aria-valuetext')).toContain('$1,250.00, 1 payment'),
  );
  /** The height of today's bar divided by that of yesterday's. */
  const growth = async () => {
    const [before, today] = await page
      .locator('.chart-bar')
      .evaluateAll((bars) => bars.slice(-2).map((bar) => Number(bar.getAttribute('height'))));
    return Number(today) / Number(before);
  };
  expect(await growth()).toBeCloseTo(1, 5);
  const list = await openTab(page, '/payments?status=success,failed');
  await rows(list).getByText('Ada Books').first().waitFor();
  // A reload would lose this variable.
  for (const view of [page, list]) await view.evaluate('window.loadedOnce = true');

  await create('--amount', '250.50', '--receiver', 'Corner Shop', '--status', 'success');
  const failed = ['--status', 'failed', '--failure-code', 'card_declined'];
  await create('--amount', '12.50', '--receiver', 'Elm Street', ...failed);
  await expectText(figure(page, 'Revenue'), '$2,750.50');
  await expectText(figure(page, 'Payments today'), '3');
  await expectText(figure(page, 'Failed'), '1');
  await expectText(figure(page, 'Success rate'), '75%');
  await page.getByRole('cell', { name: 'card_declined' }).waitFor();
  await vi.waitFor(async () =>
    expect(await slider.getAttribute('aria-valuetext')).toContain('$1,500.50, 2 payments'),
  );
  expect(await growth()).toBeCloseTo(1_500.5 / 1_250, 5);
  const { asOf } = await client.api.stats.dashboard.query();
  await page.getByText(`As of event ${asOf},`).waitFor();
  await vi.waitFor(async () =>
    expect(await rows(list).locator('.row-link').allTextContents()).toEqual([
      'Elm Street',
      'Corner Shop',
      'Ada Books',
      'Ada Books',
    ]),
  );
  await rows(list).filter({ hasText: 'Elm Street' }).getByText('$12.50').waitFor();
  await list.locator('.view-title').getByText('4 payments').waitFor();
  for (const view of [page, list]) expect(await view.evaluate('window.loadedOnce')).toBe(true);
  expect(problems).toEqual([]);
});

test('range, interval, currency and time zone are in the address and survive a reload', async (context) => {
  skipWithoutChromium(context);
  await using dashboard = await openDashboards();
  await using server = await startTestServer();
  const client = await server.signedInClient();
  await client.api.payments.create.mutate({ ...payment, currency: 'EUR' });
  const { page, problems } = await dashboard.open(server.url);
  await expectText(figure(page, 'Revenue'), '$0.00');
  await page.getByText('No revenue in this period').waitFor();
  await page.getByLabel('Range').selectOption('Last 90 days');
  await choose(page, 'Currency', 'EUR');
  await choose(page, 'Time zone', 'Asia/Tokyo');
  await page.getByText('Week', { exact: true }).click();
  await expectText(figure(page, 'Revenue'), '€1,250.00');
  expect(new URL(page.url()).search).toBe('?range=90d&currency=EUR&timeZone=Asia%2FTokyo&interval=week');

  await page.reload();
  await expectText(figure(page, 'Revenue'), '€1,250.00');
  await page.getByRole('slider', { name: 'Revenue by week' }).waitFor();
  await page.getByText('Table', { exact: true }).click();
  expect(
    await page.getByRole('region', { name: 'Revenue by week' }).getByRole('row').count(),
  ).toBeGreaterThan(12);
  expect(problems).toEqual([]);
});

test('a link with dates shows the same days and sums in another time zone', async (context) => {
  skipWithoutChromium(context);
  await using dashboard = await openDashboards();
  await using server = await startTestServer();
  const client = await server.signedInClient();
  // It is already October 1 in Berlin, and still September 30 in Los Angeles.
  const year = new Date().getUTCFullYear() - 1;
  await client.api.payments.createMany.mutate({
    payments: [{ ...payment, createdAt: `${year}-09-30T22:30:00Z` }],
  });
  const { page } = await dashboard.open(server.url, { timezoneId: 'Europe/Berlin' });
  await page.getByLabel('Range').selectOption('Custom range');
  await page.waitForURL('**/?from=*&to=*&timeZone=Europe%2FBerlin');

  // An address of dates alone names their zone as soon as it is shown.
  await page.goto(`${server.url}/?from=${year}-10-01&to=${year}-10-31`);
  await page.waitForURL(`**/?from=${year}-10-01&to=${year}-10-31&timeZone=Europe%2FBerlin`);
  await expectText(figure(page, 'Revenue'), '$1,250.00');
  const link = new URL(page.url());
  const { page: elsewhere, problems } = await dashboard.open(server.url, {
    path: `/${link.search}`,
    timezoneId: 'America/Los_Angeles',
  });
  await expectText(figure(elsewhere, 'Revenue'), '$1,250.00');
  await picker(elsewhere, 'Time zone').getByText('Europe/Berlin').waitFor();
  expect(problems).toEqual([]);
});

test('a custom range can be typed digit by digit, and no incomplete date is applied', async (context) => {
  skipWithoutChromium(context);
  await using dashboard = await openDashboards();
  await using server = await startTestServer();
  const { page, problems } = await dashboard.open(server.url);
  await page.getByLabel('Range').selectOption('Custom range');
  const year = new Date().getUTCFullYear() - 1;
  const [from, to] = [page.getByLabel('From', { exact: true }), page.getByLabel('To', { exact: true })];
  await from.focus();
  await page.keyboard.type(`0301${year}`);
  await page.keyboard.press('Enter');
  await page.waitForURL(`**/?from=${year}-03-01&to=*`);
  await to.focus();
  // While it is being typed, the date is before the start of the range, and its year is before 1980.
  await page.keyboard.type(`0131${year}`);
  expect(await to.inputValue()).toBe(`${year}-01-31`);
  await page.getByText('Press Enter to use this date.').waitFor();
  // The start of the range moves to the same day, because the range must not end before it begins.
  await from.focus();
  await page.waitForURL(`**/?from=${year}-01-31&to=${year}-01-31&timeZone=*`);
  expect(await from.inputValue()).toBe(`${year}-01-31`);
  await page.getByText('Press Enter to use this date.').waitFor({ state: 'detached' });
  expect(problems).toEqual([]);
});

test('the page catches up after the server is killed and restarted', async (context) => {
  skipWithoutChromium(context);
  await using dashboard = await openDashboards();
  await using database = await createTestDatabase();
  const settings = { DATABASE_URL: database.url, PORT: String(await freePort()) };
  const first = await spawnServer(settings);
  const { page } = await dashboard.open(first.url);
  await expectText(figure(page, 'Payments today'), '0');
  const { page: list } = await dashboard.open(first.url, { path: '/payments' });
  await list.getByText('No payments yet').waitFor();

  await first.end('SIGKILL');
  await connectionSays(page, 'Offline');
  await page.getByText('The server can’t be reached').waitFor();
  // The page has not loaded the code of this view yet.
  await page.getByRole('link', { name: 'Users' }).click();
  await page.getByText('This view could not be loaded').waitFor();
  await page.getByRole('link', { name: 'Overview' }).click();
  await expectText(figure(page, 'Payments today'), '0');

  await using second = await spawnServer(settings);
  const client = createClient({ url: second.url });
  await client.signIn(adminCredentials);
  await client.api.payments.create.mutate(payment);
  await client.close();
  await expectText(figure(page, 'Payments today'), '1');
  await expectText(figure(page, 'Revenue'), '$1,250.00');
  await connectionSays(page, 'Live');
  await vi.waitFor(async () => expect(await page.getByText('The server can’t be reached').count()).toBe(0));
  await rows(list).getByText('Ada Books').waitFor();

  await page.getByRole('link', { name: 'Users' }).click();
  await page.getByRole('button', { name: 'Reload the page' }).click();
  await page.getByRole('button', { name: 'New user' }).waitFor();
});

/** Waits until an element holds exactly this text. */
const expectText = (locator: { textContent(): Promise<string | null> }, text: string) =>
  vi.waitFor(async () => expect(await locator.textContent()).toBe(text), { timeout: 20_000 });
