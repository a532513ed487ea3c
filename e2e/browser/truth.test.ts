import { setTimeout as delay } from 'node:timers/promises';
import type { PaydeckClient } from '@paydeck/client';
import { paymentMethods } from '@paydeck/contract/payments';
import { startTestServer } from '@paydeck/server/testing';
import { skipWithoutChromium } from '@paydeck/server/testing/browser';
import { loggedChanges } from '@paydeck/server/testing/written-state';
import type { Page } from 'playwright-core';
import { expect, test, vi } from 'vitest';
import { startFaultyLink } from '../chaos/faulty-link.ts';
import { connectionSays, middayZone, openDashboards, rows } from './dashboard-page.ts';
import { expectTrueList, expectTrueOverview, paymentsAt } from './expected-states.ts';
import { listState, overviewState, readList, readOverview, watchStates } from './shown-states.ts';

const payment = {
  amountMinor: 1_250,
  method: 'credit_card',
  status: 'success',
  receiver: 'Ada Books',
} as const;

const dayMs = 86_400_000;

/** The n-th payment of a test. No two have the same amount. */
function paymentNumber(n: number) {
  const status = (['success', 'failed', 'pending', 'success'] as const)[n % 4] ?? 'success';
  return {
    amountMinor: 1_000 + 7 * n,
    method: paymentMethods[n % 3] ?? 'credit_card',
    status,
    receiver: ['Ada Books', 'Corner Shop', 'Elm Street'][n % 5] ?? 'Ada Lovelace',
    ...(status === 'failed' && { failureCode: 'card_declined' }),
  };
}

/** Records five payments a second, and settles each pending one a second later, until it is stopped. */
function startRecording(client: PaydeckClient) {
  const stop = new AbortController();
  let recorded = 0;
  const done = (async () => {
    const pending: { id: string; settleAt: number }[] = [];
    while (!stop.signal.aborted) {
      const { id, status } = await client.api.payments.create.mutate(paymentNumber(recorded));
      recorded += 1;
      if (status === 'pending') pending.push({ id, settleAt: recorded + 5 });
      const due = pending[0];
      if (due !== undefined && due.settleAt <= recorded) {
        pending.shift();
        await client.api.payments.update.mutate({ id: due.id, status: 'success' });
      }
      await delay(200);
    }
  })();
  const end = () => {
    stop.abort();
    return done;
  };
  return {
    /** Waits until more payments have been recorded. */
    more: async (payments: number) => {
      const enough = recorded + payments;
      await vi.waitFor(() => expect(recorded).toBeGreaterThanOrEqual(enough), {
        timeout: 60_000,
        interval: 20,
      });
    },
    end,
    [Symbol.asyncDispose]: end,
  };
}

/** By keyboard, since the pointer would be on the rows afterwards. */
const chooseStatus = async (page: Page, name: string) => {
  await page.getByRole('button', { name: 'Status', exact: true }).press('Enter');
  await page.getByLabel(name).press('Space');
  await page.keyboard.press('Escape');
};

/** The filters that an operator goes through. */
const listQuestions: readonly ((page: Page) => Promise<unknown>)[] = [
  (page) => page.getByRole('searchbox').pressSequentially('ada', { delay: 50 }),
  (page) => chooseStatus(page, 'Failed'),
  (page) => page.getByRole('searchbox').fill(''),
  (page) => page.goBack(),
  (page) => page.getByRole('button', { name: 'Clear filters' }).click(),
  (page) => chooseStatus(page, 'Pending'),
  (page) => page.getByRole('button', { name: 'Clear status filter' }).click(),
];
const ranges = ['1d', '30d', '7d'];

/** Adds the state to the message of a failed check. */
function named(state: unknown, check: () => void): void {
  try {
    check();
  } catch (error) {
    if (error instanceof Error) error.message += `\nThe page shows ${JSON.stringify(state)}`;
    throw error;
  }
}

/** The number of reads after which the test changes the range or the filter. */
const readsPerQuestion = 6;

test('overview and list never show two positions or the answer to another question, read 200 times under 5 payments a second', async (context) => {
  skipWithoutChromium(context);
  const startedAt = new Date();
  await using dashboard = await openDashboards();
  await using server = await startTestServer();
  await using link = await startFaultyLink(() => server.url);
  const client = await server.signedInClient();
  const { timezoneId, today } = middayZone();
  await client.api.payments.createMany.mutate({
    payments: [0, 0, 3, 3, 3, 20, 20].map((daysAgo, n) => ({
      ...payment,
      amountMinor: 10_000_000 + n,
      createdAt: new Date(Date.now() - daysAgo * dayMs).toISOString(),
    })),
  });
  const url = `http://127.0.0.1:${link.port}`;
  const { page: overviewPage } = await dashboard.open(url, { timezoneId });
  const { page: listPage } = await dashboard.open(url, { timezoneId, path: '/payments' });
  const pages = [overviewPage, listPage];
  // Rows only move while the pointer is not on them.
  await listPage.mouse.move(700, 10);
  await overviewPage.getByText('Table', { exact: true }).click();
  await overviewPage.getByRole('region', { name: 'Revenue by day' }).getByRole('row').nth(30).waitFor();
  await rows(listPage).first().waitFor();
  const overview = await watchStates(overviewPage, { read: readOverview, state: overviewState });
  const list = await watchStates(listPage, { read: readList, state: listState });
  await using recording = startRecording(client);

  let reads = 0;
  const positions = new Set<string | null>();
  const readBoth = async () => {
    const shown = { overview: await overview.take(), list: await list.take() };
    const expected = { at: paymentsAt(await loggedChanges(server.database.db)), today };
    const now = new Date();
    for (const state of [...shown.overview, ...shown.list]) {
      if (state.readAt === null) continue;
      expect(state.readAt >= startedAt && state.readAt <= now, state.heading).toBe(true);
    }
    for (const state of shown.overview) named(state, () => expectTrueOverview(state, expected));
    for (const state of shown.list) named(state, () => expectTrueList(state, expected));
    for (const state of shown.overview) positions.add(state.position);
    reads += 1;
    return { overview: shown.overview.at(-1), list: shown.list.at(-1) };
  };
  const read = async (times: number) => {
    for (let n = 0; n < times; n += 1) {
      if (reads % readsPerQuestion === 0) {
        const change = reads / readsPerQuestion;
        await overviewPage.getByLabel('Range').selectOption(ranges[change % ranges.length] ?? '30d');
        await listQuestions[change % listQuestions.length]?.(listPage);
      }
      await recording.more(1);
      await readBoth();
    }
  };
  const setLifecycle = async (state: 'frozen' | 'active') => {
    for (const page of pages) {
      const session = await page.context().newCDPSession(page);
      await session.send('Page.setWebLifecycleState', { state });
      await session.detach();
    }
  };

  await read(70);
  link.refuse();
  for (const page of pages) await connectionSays(page, 'Offline');
  await read(30);
  link.heal();
  for (const page of pages) await connectionSays(page, 'Live');
  await read(30);

  await setLifecycle('frozen');
  await recording.more(20);
  await setLifecycle('active');
  await read(30);

  await setLifecycle('frozen');
  link.cut(1);
  await recording.more(20);
  await setLifecycle('active');
  await read(40);

  expect(reads).toBe(200);
  expect(positions.size).toBeGreaterThan(50);
  await recording.end();
  // In the end, both show what is true now.
  const atLast = paymentsAt(await loggedChanges(server.database.db))(Number.POSITIVE_INFINITY);
  await vi.waitFor(async () => {
    const shown = await readBoth();
    if (shown.overview === undefined || shown.list === undefined) throw new Error('A page shows nothing.');
    expectTrueOverview(shown.overview, { at: () => atLast, today });
    expectTrueList(shown.list, { at: () => atLast });
  });
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
