import { startTestServer } from '@paydeck/server/testing';
import { skipWithoutChromium } from '@paydeck/server/testing/browser';
import { expect, test, vi } from 'vitest';
import { choose, figure, fillSignIn, openDashboards, picker, pickerItems, rows } from './dashboard-page.ts';

const payment = { amountMinor: 4_900, method: 'credit_card', receiver: 'Ada Books' } as const;

test('time zone, range and currency stay when another view is opened and left', async (context) => {
  skipWithoutChromium(context);
  await using dashboard = await openDashboards();
  await using server = await startTestServer();
  const client = await server.signedInClient();
  // In Auckland, this is on January 16.
  await client.api.payments.createMany.mutate({
    payments: [{ ...payment, createdAt: '2026-01-15T12:30:00Z' }],
  });
  const { page, problems } = await dashboard.open(server.url, { timezoneId: 'UTC' });
  await page.getByLabel('Range').selectOption('Last 90 days');
  await choose(page, 'Currency', 'Euro');
  await choose(page, 'Time zone', 'Auckland');
  await picker(page, 'Time zone').getByText('Pacific/Auckland').waitFor();

  await page.getByRole('link', { name: 'Payments', exact: true }).click();
  await rows(page).getByRole('time').getByText('Jan 16, 1:30 AM').waitFor();
  await page.getByRole('button', { name: 'Date' }).click();
  await page.getByText('Days in Pacific/Auckland.').first().waitFor();
  await page.keyboard.press('Escape');
  await page.goto(`${server.url}/payments?from=2026-01-16&to=2026-01-16`);
  // The zone was chosen, so it stays after a reload. In UTC, the payment is not on this day.
  await rows(page).getByRole('time').getByText('Jan 16, 1:30 AM').waitFor();

  await page.getByRole('link', { name: 'Overview' }).click();
  await picker(page, 'Time zone').getByText('Pacific/Auckland').waitFor();
  await page.getByLabel('Range').selectOption('Last 7 days');
  await choose(page, 'Currency', 'EUR');
  await page.getByRole('link', { name: 'Payments', exact: true }).click();
  await page.getByRole('link', { name: 'Overview' }).click();
  await picker(page, 'Currency').getByText('EUR').waitFor();
  expect(await page.getByLabel('Range').inputValue()).toBe('7d');
  expect(problems).toEqual([]);
});

test('a link shows the same days to a colleague in another time zone', async (context) => {
  skipWithoutChromium(context);
  await using dashboard = await openDashboards();
  await using server = await startTestServer();
  const client = await server.signedInClient();
  await client.api.payments.createMany.mutate({
    payments: [{ ...payment, createdAt: '2026-01-15T12:30:00Z' }],
  });
  const address = '/payments?from=2026-01-16&to=2026-01-16&timeZone=Pacific%2FAuckland';
  const { page } = await dashboard.open(server.url, { path: address, timezoneId: 'America/New_York' });
  await rows(page).getByRole('time').getByText('Jan 16, 1:30 AM').waitFor();
  await page.goto(`${server.url}/?timeZone=Mars%2FOlympus`);
  await page.getByText('does not know the time zone “Mars/Olympus”').waitFor();
  await picker(page, 'Time zone').getByText('UTC').waitFor();
  await figure(page, 'Revenue').getByText('$').waitFor();
});

test('a browser that does not know its zone shows times in UTC, and says so until one is chosen', async (context) => {
  skipWithoutChromium(context);
  await using dashboard = await openDashboards();
  await using server = await startTestServer();
  const { page, problems } = await dashboard.openPage(server.url, { locale: 'en-US' });
  await page.addInitScript(() => {
    const { resolvedOptions } = Intl.DateTimeFormat.prototype;
    Intl.DateTimeFormat.prototype.resolvedOptions = function () {
      return { ...resolvedOptions.call(this), timeZone: 'Etc/Unknown' };
    };
  });
  await page.goto(server.url);
  await fillSignIn(page, { username: 'admin', password: 'admin123' });
  await figure(page, 'Revenue').getByText('$0.00').waitFor();
  const notice = page.getByText('does not report its time zone');
  await notice.waitFor();
  await picker(page, 'Time zone').getByText('UTC').waitFor();
  await choose(page, 'Time zone', 'Asia/Tokyo');
  await notice.waitFor({ state: 'detached' });
  expect(problems).toEqual([]);
});

test('currencies in use come first, and zones are found by name, long name and distance from UTC', async (context) => {
  skipWithoutChromium(context);
  await using dashboard = await openDashboards();
  await using server = await startTestServer();
  const client = await server.signedInClient();
  for (const currency of ['KWD', 'JPY', 'JPY'])
    await client.api.payments.create.mutate({ ...payment, currency });
  const { page } = await dashboard.open(server.url);
  const options = () => pickerItems(page).allTextContents();
  await vi.waitFor(async () => {
    await picker(page, 'Currency').click();
    const first = (await options()).slice(0, 3).map((text) => text.slice(0, 3));
    await page.keyboard.press('Escape');
    expect(first).toEqual(['USD', 'JPY', 'KWD']);
  });
  await picker(page, 'Time zone').click();
  const search = page.getByRole('combobox', { name: 'Search: Time zone' });
  for (const [text, found] of [
    ['kolkata', 'Asia/Kolkata'],
    ['calcutta', 'Asia/Kolkata'],
    ['japan', 'Asia/Tokyo'],
    ['sao paulo', 'America/Sao Paulo'],
    ['utc+5:45', 'Asia/Kathmandu'],
  ] as const) {
    await search.fill(text);
    await pickerItems(page).getByText(found).waitFor();
  }
  await search.fill('nowhere');
  await page.getByText('Nothing found.').waitFor();
});

test('shortcuts search, move through the list and between views, and can be turned off', async (context) => {
  skipWithoutChromium(context);
  await using dashboard = await openDashboards();
  await using server = await startTestServer();
  const client = await server.signedInClient();
  for (const receiver of ['First', 'Second', 'Third'])
    await client.api.payments.create.mutate({ ...payment, receiver });
  const { page, problems } = await dashboard.open(server.url);
  const focused = () => page.evaluate('document.activeElement.textContent');
  await page.keyboard.press('?');
  const sheet = page.getByRole('dialog', { name: 'Keyboard shortcuts' });
  await sheet.getByText('Search payments').waitFor();
  await page.keyboard.press('Escape');
  await sheet.waitFor({ state: 'detached' });

  await page.keyboard.press('/');
  const search = page.getByRole('searchbox');
  await page.locator('[type=search]:focus').waitFor();
  // In a field, the keys are text.
  await page.keyboard.type('th?/gj');
  expect(await search.inputValue()).toBe('th?/gj');
  await search.fill('');
  await page.waitForURL((url) => url.search === '');
  await rows(page).getByText('First').waitFor();
  await search.blur();
  for (const [key, receiver] of [
    ['j', 'Third'],
    ['j', 'Second'],
    ['j', 'First'],
    ['j', 'First'],
    ['k', 'Second'],
  ] as const) {
    await page.keyboard.press(key);
    expect(await focused()).toBe(receiver);
  }
  await page.keyboard.press('Enter');
  await page.getByRole('dialog', { name: 'Payment' }).getByText('Second').waitFor();
  await page.keyboard.press('Escape');
  await page.getByRole('dialog', { name: 'Payment' }).waitFor({ state: 'detached' });
  await page.keyboard.type('gu');
  await page.waitForURL('**/users');

  await page.getByRole('button', { name: 'Account' }).click();
  await page.getByRole('menuitem', { name: 'Keyboard shortcuts' }).click();
  await sheet.getByRole('checkbox').uncheck();
  await page.keyboard.press('Escape');
  await sheet.waitFor({ state: 'detached' });
  await page.keyboard.type('go?');
  expect([new URL(page.url()).pathname, await sheet.count()]).toEqual(['/users', 0]);
  expect(problems).toEqual([]);
});

test('Back undoes a search, and does not leave the list', async (context) => {
  skipWithoutChromium(context);
  await using dashboard = await openDashboards();
  await using server = await startTestServer();
  const { page } = await dashboard.open(server.url);
  await page.getByRole('link', { name: 'Payments', exact: true }).click();
  const search = page.getByRole('searchbox');
  const typed = async (text: string) => {
    await search.fill(text);
    await page.waitForURL(`**/payments?search=${text}`);
  };
  await typed('ada');
  await typed('adam');
  await page.goBack();
  await page.waitForURL('**/payments');
  expect(await search.inputValue()).toBe('');
  // Typing after that is a new search, though the box kept the focus.
  await typed('bob');
  await page.goBack();
  await page.waitForURL('**/payments');
});

test('damaged links are explained inside the page, with a way out that works', async (context) => {
  skipWithoutChromium(context);
  await using dashboard = await openDashboards();
  await using server = await startTestServer();
  const client = await server.signedInClient();
  await client.api.payments.create.mutate(payment);
  const { page } = await dashboard.open(server.url);
  await page.goto(`${server.url}/payments?cursor=zzz&status=pending`);
  await page.getByText('This page of the list can’t be found').waitFor();
  expect(await page.getByText(/Counting|Loading/).count()).toBe(0);
  await page.getByRole('button', { name: 'Go to the first page' }).click();
  await rows(page).getByText('Ada Books').waitFor();
  for (const id of ['nope', '0199e0c4-0000-7000-8000-000000000000']) {
    await page.goto(`${server.url}/payments?payment=${id}`);
    const drawer = page.getByRole('dialog', { name: 'Payment' });
    await drawer.getByText('Payment not found').waitFor();
    expect(await drawer.getByText('Try again').count()).toBe(0);
    await page.keyboard.press('Escape');
    await page.waitForURL('**/payments');
  }
  await page.goto(`${server.url}/nope`);
  await page.getByText('There is no page at this address').waitFor();
  await page.getByRole('link', { name: 'Payments', exact: true }).waitFor();
  await page.getByRole('link', { name: 'Go to the overview' }).click();
  await figure(page, 'Revenue').getByText('$0.00').waitFor();
});

test('the id and the link of a payment can be copied', async (context) => {
  skipWithoutChromium(context);
  await using dashboard = await openDashboards();
  await using server = await startTestServer();
  const client = await server.signedInClient();
  const { id } = await client.api.payments.create.mutate(payment);
  const { page } = await dashboard.open(server.url, {
    path: `/payments?payment=${id}`,
    permissions: ['clipboard-read', 'clipboard-write'],
  });
  const copied = () => page.evaluate('navigator.clipboard.readText()');
  await page.getByRole('button', { name: 'Copy ID' }).click();
  await page.getByRole('button', { name: 'Copied' }).waitFor();
  expect(await copied()).toBe(id);
  await page.getByRole('button', { name: 'Copy link' }).click();
  await vi.waitFor(async () => expect(await copied()).toBe(`${server.url}/payments?payment=${id}`));
});

test('forced colours keep what backgrounds say, and paper gets the content alone', async (context) => {
  skipWithoutChromium(context);
  await using dashboard = await openDashboards();
  await using server = await startTestServer();
  const client = await server.signedInClient();
  for (const method of ['credit_card', 'bank_transfer', 'digital_wallet'] as const)
    await client.api.payments.create.mutate({ ...payment, method, status: 'success' });
  const { page } = await dashboard.open(server.url, { forcedColors: 'active' });
  await page.locator('.split-bar span').nth(2).waitFor({ state: 'attached' });
  /** The values of a style property of all elements of a selector. */
  const styles = (selector: string, property: string, pseudo = ''): Promise<string[]> =>
    page.evaluate(`[...document.querySelectorAll(${JSON.stringify(selector)})]
      .map((element) => getComputedStyle(element, ${JSON.stringify(pseudo)})[${JSON.stringify(property)}])`);
  const look = (selector: string) => styles(selector, 'background');
  expect(new Set(await look('.split-bar span')).size).toBe(3);
  expect(new Set(await look('.nav a')).size).toBe(2);
  expect(new Set(await look('.segments:first-of-type label')).size).toBe(2);
  expect(await styles('.connection', 'backgroundColor', '::before')).not.toEqual(
    await styles('body', 'backgroundColor'),
  );

  await page.emulateMedia({ media: 'print', colorScheme: 'dark', forcedColors: 'none' });
  for (const hidden of ['.sidebar', '.segments'])
    expect(await page.locator(hidden).first().isVisible()).toBe(false);
  expect(await styles('.main', 'colorScheme')).toEqual(['light']);
  expect(await figure(page, 'Revenue').isVisible()).toBe(true);
  await picker(page, 'Time zone').waitFor();
});

test('Arabic digits and receivers do not reorder the words around them', async (context) => {
  skipWithoutChromium(context);
  await using dashboard = await openDashboards();
  await using server = await startTestServer();
  const client = await server.signedInClient();
  await client.api.payments.create.mutate({ ...payment, status: 'success', description: 'طلب 7' });
  const { page } = await dashboard.open(server.url, { locale: 'ar-EG' });
  await vi.waitFor(async () =>
    expect(await figure(page, 'Revenue').textContent()).toMatch(/^\u2068[^\u2068]*٤٩[^\u2068]*\u2069$/),
  );
  await page.getByRole('link', { name: 'Payments', exact: true }).click();
  await page.locator('td:dir(rtl)').getByText('طلب 7').waitFor();
});
