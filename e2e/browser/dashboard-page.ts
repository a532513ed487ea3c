import { adminCredentials } from '@paydeck/server/testing';
import { openBrowser } from '@paydeck/server/testing/browser';
import { ensurePageIsBuilt } from '@paydeck/server/testing/built-page';
import type { BrowserContextOptions, Page } from 'playwright-core';

type Credentials = { username: string; password: string };

/** A browser whose pages sign in. Open it before the server starts: it builds the page that the server serves. */
export async function openDashboards(options: Parameters<typeof openBrowser>[0] = {}) {
  await ensurePageIsBuilt();
  const browser = await openBrowser(options);
  return {
    openPage: browser.openPage,
    /** Opens the page, signs in, and waits until the page is live. */
    open: async (
      url: string,
      {
        path = '/',
        credentials = adminCredentials,
        ...options
      }: BrowserContextOptions & { path?: string; credentials?: Credentials } = {},
    ) => {
      const opened = await browser.openPage(url, {
        viewport: { width: 1440, height: 900 },
        locale: 'en-US',
        ...options,
      });
      await opened.page.goto(url + path);
      await fillSignIn(opened.page, credentials);
      await connectionSays(opened.page, 'Live');
      return opened;
    },
    [Symbol.asyncDispose]: () => browser[Symbol.asyncDispose](),
  };
}

export async function fillSignIn(page: Page, { username, password }: Credentials): Promise<void> {
  await page.getByLabel('User name').fill(username);
  await page.getByLabel('Password').fill(password);
  await page.getByRole('button', { name: 'Sign in' }).click();
}

/** Opens another tab of the same browser, with the same cookies. */
export async function openTab(page: Page, url: string): Promise<Page> {
  const [tab] = await Promise.all([
    page.waitForEvent('popup'),
    page.evaluate(`void window.open(${JSON.stringify(url)})`),
  ]);
  return tab;
}

export const connectionSays = (page: Page, state: 'Live' | 'Offline') =>
  page.locator('.connection').getByText(state).waitFor();

/** The figure in a tile of the overview, by the tile's name: `Payments today`. */
export const figure = (page: Page, name: string) =>
  page.locator('.tile', { has: page.getByText(name, { exact: true }) }).locator('.tile-figure');

/** Searches a list, such as `Currency` or `Time zone`, and chooses the first result. */
export async function choose(page: Page, label: string, text: string): Promise<void> {
  await picker(page, label).click();
  await page.getByRole('combobox', { name: `Search: ${label}` }).fill(text);
  await pickerItems(page).getByText(text).first().waitFor();
  await page.keyboard.press('Enter');
}

/** The button that opens such a list and shows what is chosen. */
export const picker = (page: Page, label: string) =>
  page.locator('.picker-button').and(page.getByLabel(label, { exact: true }));

/** The choices of the list that is open. */
export const pickerItems = (page: Page) => page.locator('.picker-item');

/** The rows of the payments list. */
export const rows = (page: Page) => page.locator('tr[data-payment]');

const dayMs = 86_400_000;

/** A zone in which it is about midday, so that no day ends during a test, and the start of the day there. */
export function middayZone(now = new Date()) {
  const hoursEast = 12 - now.getUTCHours();
  const shiftMs = hoursEast * 3_600_000;
  return {
    timezoneId: `Etc/GMT${hoursEast > 0 ? '-' : '+'}${Math.abs(hoursEast)}`,
    today: new Date(Math.floor((now.getTime() + shiftMs) / dayMs) * dayMs - shiftMs),
  };
}
