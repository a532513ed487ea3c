import { startTestServer } from '@paydeck/server/testing';
import { skipWithoutChromium } from '@paydeck/server/testing/browser';
import { expect, test, vi } from 'vitest';
import { startFaultyLink } from '../chaos/faulty-link.ts';
import { connectionSays, figure, openDashboards, rows } from './dashboard-page.ts';

const payment = { amountMinor: 1_250, method: 'credit_card', receiver: 'Ada Books' } as const;

test('offline, the page says so beside what it shows, and shows nothing under a filter that it could not read', async (context) => {
  skipWithoutChromium(context);
  await using dashboard = await openDashboards();
  await using server = await startTestServer();
  await using link = await startFaultyLink(() => server.url);
  const client = await server.signedInClient();
  for (const receiver of ['Ada Books', 'Corner Shop'])
    await client.api.payments.create.mutate({ ...payment, receiver });
  const { page } = await dashboard.open(`http://127.0.0.1:${link.port}`, { path: '/payments' });
  const title = page.locator('.view-title');
  await title.getByText('2 payments, as of').waitFor();

  link.refuse();
  await title.getByText(/^Offline\. 2 payments, as of \d+:\d+:\d+/).waitFor();
  await page.getByText('The server can’t be reached.').first().waitFor();
  expect(await rows(page).count()).toBe(2);
  await page.getByRole('searchbox').fill('corner');
  await title.getByText('Not loaded', { exact: true }).waitFor();
  expect(await rows(page).count()).toBe(0);
  await page.getByText('This could not be loaded').waitFor();
  expect(await title.textContent()).not.toMatch(/\d/);
  await page.getByRole('searchbox').fill('');
  await title.getByText(/^Offline\. 2 payments, as of/).waitFor();
  await page.getByRole('searchbox').fill('corner');

  link.heal();
  await title.getByText(/^1 payment, as of/).waitFor();
  expect(await rows(page).count()).toBe(1);
  await connectionSays(page, 'Live');
});

test('figures that could not be updated stay with the reason, and are read again by themselves', async (context) => {
  skipWithoutChromium(context);
  await using dashboard = await openDashboards();
  await using server = await startTestServer();
  const client = await server.signedInClient();
  await client.api.payments.create.mutate({ ...payment, status: 'success' });
  const { page } = await dashboard.open(server.url);
  await figure(page, 'Revenue').getByText('$12.50').waitFor();

  await page.route('**/trpc/stats.overview*', (route) => route.abort());
  await client.api.payments.create.mutate({ ...payment, status: 'success' });
  await page.getByText('What you see could not be updated.').waitFor();
  await connectionSays(page, 'Live');
  expect(await figure(page, 'Revenue').textContent()).toBe('$12.50');

  await page.unroute('**/trpc/stats.overview*');
  await figure(page, 'Revenue').getByText('$25.00').waitFor();
  await page.getByText('What you see could not be updated.').waitFor({ state: 'detached' });
});

test('a row that left while the pointer was on the table goes when rows may move again', async (context) => {
  skipWithoutChromium(context);
  await using dashboard = await openDashboards();
  await using server = await startTestServer();
  const client = await server.signedInClient();
  const create = (receiver: string) => client.api.payments.create.mutate({ ...payment, receiver });
  const { id } = await create('Leaving');
  await create('Staying');
  const { page } = await dashboard.open(server.url, { path: '/payments?status=pending' });
  const receivers = () => rows(page).locator('.row-link').allTextContents();
  const title = page.locator('.view-title');
  await title.getByText('2 payments').waitFor();
  await rows(page).first().hover();
  await client.api.payments.update.mutate({ id, status: 'success' });
  await create('New');
  await page.getByRole('button', { name: '1 new payment' }).waitFor();
  expect(await receivers()).toEqual(['Staying', 'Leaving']);

  await page.mouse.move(700, 10);
  await create('Newer');
  await vi.waitFor(async () => expect(await receivers()).toEqual(['Newer', 'New', 'Staying']));
  await title.getByText('3 payments').waitFor();
  expect(await page.getByRole('button', { name: /\d new payment/ }).count()).toBe(0);
});

test('a window that slept through thousands of payments shows all of them', async (context) => {
  skipWithoutChromium(context);
  await using dashboard = await openDashboards();
  await using server = await startTestServer();
  const client = await server.signedInClient();
  const { page } = await dashboard.open(server.url, { path: '/payments' });
  await page.mouse.move(700, 10);
  await page.getByText('No payments yet').waitFor();
  const session = await page.context().newCDPSession(page);
  await session.send('Page.setWebLifecycleState', { state: 'frozen' });
  for (let batch = 0; batch < 6; batch += 1)
    await client.api.payments.createMany.mutate({
      payments: Array.from({ length: 500 }, (_, n) => ({
        ...payment,
        receiver: `Payment ${batch * 500 + n}`,
      })),
    });
  await session.send('Page.setWebLifecycleState', { state: 'active' });
  await page.locator('.view-title').getByText('3,000 payments').waitFor();
  const { items } = await client.api.payments.list.query({ limit: 25 });
  await vi.waitFor(async () =>
    expect(await rows(page).locator('.row-link').allTextContents()).toEqual(
      items.map(({ receiver }) => receiver),
    ),
  );
});
