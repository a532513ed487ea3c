import { setTimeout as delay } from 'node:timers/promises';
import type { PaydeckClient } from '@paydeck/client';
import { startTestServer } from '@paydeck/server/testing';
import { skipWithoutChromium } from '@paydeck/server/testing/browser';
import { expect, test, vi } from 'vitest';
import { z } from 'zod';
import { openDashboards, rows } from './dashboard-page.ts';

const payment = {
  amountMinor: 1_250,
  method: 'credit_card',
  status: 'success',
  receiver: 'Ada Books',
} as const;

/** Records five payments a second until the returned value is disposed. */
function record(client: PaydeckClient) {
  const stop = new AbortController();
  const done = (async () => {
    for (let n = 0; !stop.signal.aborted; n += 1) {
      const isFailed = n % 4 === 3;
      await client.api.payments.create.mutate({
        ...payment,
        status: isFailed ? 'failed' : 'success',
        ...(isFailed && { failureCode: 'card_declined' }),
      });
      await delay(200);
    }
  })();
  return {
    [Symbol.asyncDispose]: () => {
      stop.abort();
      return done;
    },
  };
}

const shownOverview = z.object({
  tile: z.string(),
  chart: z.string(),
  failed: z.string(),
  failures: z.array(z.string()),
});

test('revenue and failures are the same in every place of the overview, under five payments a second', async (context) => {
  skipWithoutChromium(context);
  await using dashboard = await openDashboards();
  await using server = await startTestServer();
  const client = await server.signedInClient();
  await client.api.payments.createMany.mutate({ payments: Array.from({ length: 20 }, () => payment) });
  const { page } = await dashboard.open(server.url);
  await page.locator('.card-figure strong').waitFor();
  await using _recording = record(client);
  const revenues = new Set<string>();
  await vi.waitFor(
    async () => {
      for (let reads = 0; reads < 200; reads += 1) {
        const shown = shownOverview.parse(
          await page.evaluate(`(() => {
            const text = (selector) => document.querySelector(selector).textContent;
            return {
              tile: text('.tile:nth-child(1) .tile-figure'),
              chart: text('.card-figure strong'),
              failed: text('.tile:nth-child(4) .tile-figure'),
              failures: [...document.querySelectorAll('tbody tr td:nth-child(3)')].map((cell) => cell.textContent),
            };
          })()`),
        );
        expect(shown.chart).toBe(shown.tile);
        expect(shown.failures.join()).toBe(shown.failed === '0' ? '' : shown.failed);
        revenues.add(shown.tile);
      }
      expect(revenues.size).toBeGreaterThan(5);
    },
    { timeout: 120_000 },
  );
});

test('while a changed filter is read, no row and no total of the filter before is shown', async (context) => {
  skipWithoutChromium(context);
  await using dashboard = await openDashboards();
  await using server = await startTestServer();
  const client = await server.signedInClient();
  await client.api.payments.createMany.mutate({
    payments: [payment, payment, { ...payment, status: 'failed' }],
  });
  const { page } = await dashboard.open(server.url, { path: '/payments' });
  await page.locator('.view-title').getByText('3 payments').waitFor();

  const isHeld = Promise.withResolvers<void>();
  await page.route('**/trpc/payments.list*', async (route) => {
    await isHeld.promise;
    await route.continue();
  });
  await page.getByRole('button', { name: 'Status', exact: true }).click();
  await page.getByLabel('Failed').check();
  await page.keyboard.press('Escape');
  await page.waitForURL('**/payments?status=failed');
  await page.locator('.view-title').getByText('Loading…').waitFor();
  expect(await rows(page).count()).toBe(0);
  expect(await page.locator('.view-title').textContent()).not.toContain('as of');

  isHeld.resolve();
  await page.locator('.view-title').getByText('1 payment,').waitFor();
  expect(await rows(page).count()).toBe(1);
});
