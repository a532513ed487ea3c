import { startTestServer } from '@paydeck/server/testing';
import { skipWithoutChromium } from '@paydeck/server/testing/browser';
import { startPathProxy } from '@paydeck/server/testing/path-proxy';
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { connectionSays, openDashboards } from './dashboard-page.ts';

/** Signs in, walks through the views, and reloads one. */
async function walk(page: Page, url: string): Promise<void> {
  await page.getByRole('link', { name: 'Payments', exact: true }).click();
  await page.getByText('No payments yet').waitFor();
  expect(page.url()).toBe(`${url}/payments`);
  await page.reload();
  await connectionSays(page, 'Live');
  await page.getByText('No payments yet').waitFor();
  await page.getByRole('link', { name: 'Overview' }).click();
  await page.getByRole('heading', { name: 'Overview' }).waitFor();
  expect(page.url()).toBe(`${url}/`);
}

test('the page works below a path of a host, with its session, links and live events', async (context) => {
  skipWithoutChromium(context);
  await using dashboard = await openDashboards();
  await using server = await startTestServer({ environment: { BASE_PATH: '/pay' } });
  await using proxy = await startPathProxy(new URL(server.url).origin, { path: '/pay' });
  for (const url of [server.url, proxy.url]) {
    const { page, problems } = await dashboard.open(url);
    await walk(page, url);
    expect(problems).toEqual([]);
  }
});
