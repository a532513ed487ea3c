/** Takes the screenshots of the README, with demo data in a temporary database: `pnpm screenshots`. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createClient } from '@paydeck/client';
import { adminCredentials } from '@paydeck/server/testing';
import { spawnServer } from '@paydeck/server/testing/spawn-server';
import type { BrowserContextOptions, Page } from 'playwright-core';
import { runPaydeck, startPaydeck } from '../run-script.ts';
import { figure, openDashboards, rows } from './dashboard-page.ts';

const repository = fileURLToPath(new URL('../../', import.meta.url));
const desktop = { viewport: { width: 1440, height: 900 } };
const phone = { viewport: { width: 390, height: 844 }, deviceScaleFactor: 2, isMobile: true, hasTouch: true };
const screenshots: { name: string; view: 'overview' | 'payments'; options: BrowserContextOptions }[] = [
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
  for (const { name, view, options } of screenshots) {
    const path = view === 'overview' ? '/' : '/payments?method=bank_transfer';
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

/** Adds payments for today, because shortly after midnight the demo's history has none. */
async function recordSomeToday(url: string): Promise<void> {
  const demo = startPaydeck({ PAYDECK_URL: url }, 'demo', '--count', '0', '--live', '20');
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
  await demo.interrupt();
}
