import type { TestBrowser } from '@paydeck/server/testing/browser';
import { z } from 'zod';

/** The cookies of a signed-in browser. Each load replaces them, since a refresh token is valid once. */
type Storage = Awaited<ReturnType<ReturnType<OpenedPage['context']>['storageState']>>;
type OpenedPage = Awaited<ReturnType<TestBrowser['openPage']>>['page'];

/** When the page had drawn the figures, and the answer to a click: milliseconds after the navigation began. */
const marks = z.object({ numbers: z.number(), answered: z.number() });
export type Marks = z.output<typeof marks>;

/**
 * Runs in the page before the page's scripts. In each frame it looks for the next of three things: the five figures; the chart,
 * where it clicks "Table"; the rows of that table. It sets a mark one frame after it found something, because only then is
 * it on the screen.
 */
const watch = `globalThis.paydeckMarks = new Promise((resolve, reject) => {
  setTimeout(() => reject(new Error('The overview did not answer a click within 30 seconds.')), 30_000);
  const marks = {};
  const seen = {};
  const see = (name, isThere) => {
    if (seen[name]) marks[name] ??= performance.now();
    else seen[name] = isThere();
    return marks[name] !== undefined;
  };
  const figures = () => [...document.querySelectorAll('.tile-figure')];
  const table = () => [...document.querySelectorAll('.segments label')].find((label) => label.textContent === 'Table');
  let clicked = false;
  const look = () => {
    if (see('numbers', () => figures().length === 5 && figures().every((figure) => /\\d/.test(figure.textContent)))) {
      if (clicked) see('answered', () => document.querySelector('.revenue-table tbody tr') !== null);
      else if (document.querySelector('.chart-bar') !== null) {
        clicked = true;
        table().click();
      }
    }
    if (marks.answered === undefined) requestAnimationFrame(look);
    else resolve(marks);
  };
  requestAnimationFrame(look);
});`;

/** Opens the page of a server and signs in. */
export async function signInToPage(
  browser: TestBrowser,
  url: string,
  { username, password }: { username: string; password: string },
): Promise<Storage> {
  const { page } = await browser.openPage(url);
  await page.goto(url);
  await page.getByLabel('User name').fill(username);
  await page.getByLabel('Password').fill(password);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.locator('.connection-live').waitFor();
  return await closePage(page);
}

/** Loads the overview in a signed-in browser with an empty cache. */
export async function loadOverview(
  browser: TestBrowser,
  url: string,
  storageState: Storage,
): Promise<{ marks: Marks; storage: Storage }> {
  const { page, problems } = await browser.openPage(url, {
    storageState,
    viewport: { width: 1440, height: 900 },
  });
  await page.addInitScript(watch);
  await page.goto(url);
  const found = marks.parse(await page.evaluate('globalThis.paydeckMarks'));
  if (problems.length > 0) throw new Error(`The page reports: ${problems.join('; ')}`);
  return { marks: found, storage: await closePage(page) };
}

async function closePage(page: OpenedPage): Promise<Storage> {
  const storage = await page.context().storageState();
  await page.close();
  return storage;
}
