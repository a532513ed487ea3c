/** Draws the pictures of the README anew, from demo data in a database of its own: `pnpm screenshots`. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createClient } from '@paydeck/client';
import { adminCredentials } from '@paydeck/server/testing';
import { spawnServer } from '@paydeck/server/testing/spawn-server';
import type { BrowserContextOptions, Page } from 'playwright-core';
import { figure, openDashboards, rows } from './dashboard-page.ts';
import { paydeckProgram, runPaydeck } from './paydeck-command.ts';

const repository = fileURLToPath(new URL('../../', import.meta.url));
const desktop = { viewport: { width: 1440, height: 900 } };
const phone = { viewport: { width: 390, height: 844 }, deviceScaleFactor: 2, isMobile: true, hasTouch: true };
const pictures: { name: string; view: 'overview' | 'payments'; options: BrowserContextOptions }[] = [
  { name: 'overview-light', view: 'overview', options: { ...desktop, colorScheme: 'light' } },
  { name: 'overview-dark', view: 'overview', options: { ...desktop, colorScheme: 'dark' } },
  { name: 'payments-light', view: 'payments', options: { ...desktop, colorScheme: 'light' } },
  { name: 'payments-dark', view: 'payments', options: { ...desktop, colorScheme: 'dark' } },
  { name: 'overview-phone', view: 'overview', options: { ...phone, colorScheme: 'light' } },
  { name: 'payments-phone', view: 'payments', options: { ...phone, colorScheme: 'dark' } },
];

const ready: Record<'overview' | 'payments', (page: Page) => Promise<void>> = {
  overview: async (page) => {
    await figure(page, 'Revenue').getByText(/\d/).waitFor();
    await page.locator('.chart-bar').first().waitFor();
    await page.getByRole('cell').first().waitFor();
  },
  payments: (page) => rows(page).first().waitFor(),
};

const dataDir = await mkdtemp(join(tmpdir(), 'paydeck-screenshots-'));
try {
  await using dashboards = await openDashboards();
  await using server = await spawnServer({ DATA_DIR: dataDir });
  await runPaydeck({ PAYDECK_URL: server.url }, 'demo', '--count', '20000');
  await recordSomeToday(server.url);
  for (const { name, view, options } of pictures) {
    const path = view === 'overview' ? '/' : '/payments?search=%26&method=bank_transfer';
    const { page } = await dashboards.open(server.url, { ...options, path, reducedMotion: 'reduce' });
    await ready[view](page);
    await page.mouse.move(0, 0);
    await page.evaluate('document.fonts.ready');
    await page.screenshot({
      path: join(repository, 'docs/screenshots', `${name}.png`),
      animations: 'disabled',
    });
    await page.close();
  }
} finally {
  await rm(dataDir, { recursive: true, force: true });
}

/** The history ends where it was made; a day that has just begun would be empty. */
async function recordSomeToday(url: string): Promise<void> {
  const args = ['demo', '--url', url, '--count', '0', '--live', '20'];
  const live = spawn(process.execPath, [paydeckProgram, ...args]);
  await using client = createClient({ url });
  await client.signIn(adminCredentials);
  await new Promise<void>((resolve, reject) => {
    client.api.stats.onUpdate.subscribe(
      {},
      {
        onData: ({ data }) => data.stats.totalTransactionsToday >= 80 && resolve(),
        onError: reject,
      },
    );
  });
  live.kill('SIGINT');
  await once(live, 'exit');
}
