/**
 * Takes pictures of every view in every look, for a review: `pnpm screenshots:all <folder> [--only <pattern>] [--data <folder>]`.
 * `--only` takes the pictures whose names match. `--data` keeps the demo data for the next run.
 */
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { createClient } from '@paydeck/client';
import { adminCredentials } from '@paydeck/server/testing';
import { spawnServer } from '@paydeck/server/testing/spawn-server';
import type { BrowserContextOptions, Page } from 'playwright-core';
import { runPaydeck } from '../run-script.ts';
import { connectionSays, openDashboards, openTab } from './dashboard-page.ts';
import { type GalleryView, views } from './gallery-views.ts';

const desktop = { viewport: { width: 1440, height: 900 } };
const phone = { viewport: { width: 390, height: 844 }, deviceScaleFactor: 2, isMobile: true, hasTouch: true };
/** The width of an A4 page between the margins of print.css. */
const paper = { viewport: { width: 688, height: 974 } };
const looks: Record<string, BrowserContextOptions> = {
  light: { ...desktop, colorScheme: 'light' },
  dark: { ...desktop, colorScheme: 'dark' },
  'phone-light': { ...phone, colorScheme: 'light' },
  'phone-dark': { ...phone, colorScheme: 'dark' },
  forced: { ...desktop, forcedColors: 'active' },
  print: { ...paper, colorScheme: 'dark' },
};

type Picture = { view: GalleryView; look: string; name: string; page?: Page };

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { only: { type: 'string', default: '' }, data: { type: 'string' } },
});
const [folder] = positionals;
if (folder === undefined)
  throw new Error('The folder for the pictures is missing. Give it as the first argument.');
const target = folder;
const only = new RegExp(values.only);
const data = values.data ?? (await mkdtemp(join(tmpdir(), 'paydeck-gallery-')));
await mkdir(folder, { recursive: true });

try {
  await using dashboards = await openDashboards();
  for (const state of ['full', 'empty'] as const) {
    const pictures = Object.keys(looks).flatMap((look) => picturesOf(state, look));
    if (pictures.length === 0) continue;
    await using server = await spawnServer({ DATA_DIR: join(data, state) });
    if (state === 'full') await fill(server.url);
    const offline: Picture[] = [];
    for (const look of Object.keys(looks)) {
      const wanted = pictures.filter((picture) => picture.look === look);
      if (wanted.length === 0) continue;
      const options = { ...looks[look], reducedMotion: 'reduce', locale: 'en-US' } as const;
      for (const { name, view } of wanted.filter((picture) => picture.view.isSignedOut)) {
        const { page } = await dashboards.openPage(server.url, options);
        await page.goto(server.url + view.path);
        await view.ready(page);
        await view.act?.(page);
        await take(page, name);
        await page.close();
      }
      // One sign-in for each look, since the server limits how many there may be.
      const { page } = await dashboards.open(server.url, options);
      for (const picture of wanted.filter(({ view }) => !view.isSignedOut)) {
        const { name, view } = picture;
        const shown = view.isOffline ? await openTab(page, server.url + view.path) : page;
        if (!view.isOffline) await page.goto(server.url + view.path);
        await view.ready(shown);
        if (view.isOffline) {
          offline.push({ ...picture, page: shown });
          continue;
        }
        await view.act?.(page);
        await take(page, name);
      }
    }
    // Last, since no page can be opened after the server has ended.
    if (offline.length > 0) await server.end('SIGKILL');
    for (const { name, view, page } of offline) {
      if (page === undefined) continue;
      await connectionSays(page, 'Offline');
      await view.act?.(page);
      await take(page, name);
    }
  }
} finally {
  if (values.data === undefined) await rm(data, { recursive: true, force: true });
}

function picturesOf(state: 'full' | 'empty', look: string): Picture[] {
  return views
    .filter((view) => (view.state ?? 'full') === state)
    .filter((view) => view.looks === undefined || view.looks.some((wanted) => look.startsWith(wanted)))
    .map((view) => ({ view, look, name: `${view.name}-${look}` }))
    .filter(({ name }) => only.test(name));
}

async function take(page: Page, name: string): Promise<void> {
  const isPrint = name.endsWith('-print');
  if (isPrint) await page.emulateMedia({ media: 'print' });
  await page.mouse.move(0, 0);
  await page.evaluate('document.fonts.ready');
  await page.screenshot({ path: join(target, `${name}.png`), animations: 'disabled' });
  if (isPrint) await page.emulateMedia({ media: null });
  process.stdout.write(`${name}\n`);
}

/** Records demo data, unless an earlier run has. */
async function fill(url: string): Promise<void> {
  await using client = createClient({ url });
  await client.signIn(adminCredentials);
  const { total } = await client.api.payments.list.query({});
  if (total > 0) return;
  await runPaydeck({ PAYDECK_URL: url }, 'demo', '--count', '20000');
  await client.api.users.create.mutate({
    username: 'vera.viewer',
    password: 'a long password',
    role: 'viewer',
  });
}
