import { startTestServer } from '@paydeck/server/testing';
import { skipWithoutChromium } from '@paydeck/server/testing/browser';
import { expect, test, vi } from 'vitest';
import { openDashboards, rows } from './dashboard-page.ts';

const failureCode = 'invalid_account_number_of_receiver';

test('on a phone, failure codes break between words, and an arrow says that there are more filters', async (context) => {
  skipWithoutChromium(context);
  await using dashboard = await openDashboards();
  await using server = await startTestServer();
  const client = await server.signedInClient();
  await client.api.payments.create.mutate({
    amountMinor: 4_900,
    method: 'credit_card',
    receiver: 'Ada Books',
    status: 'failed',
    failureCode,
  });
  const { page, problems } = await dashboard.open(server.url, { viewport: { width: 390, height: 844 } });
  await page.getByRole('cell', { name: failureCode }).waitFor();
  /** For each word of the code, the places of the lines that it is on. */
  const lines: number[][] = await page.evaluate(`(() => {
    const cell = [...document.querySelectorAll('td')].find((cell) => cell.textContent.includes('${failureCode}'));
    const texts = document.createTreeWalker(cell, NodeFilter.SHOW_TEXT);
    const lines = [];
    while (texts.nextNode()) {
      if (!'${failureCode}'.includes(texts.currentNode.data)) continue;
      const range = document.createRange();
      range.selectNodeContents(texts.currentNode);
      lines.push([...new Set([...range.getClientRects()].map(({ top }) => Math.round(top)))]);
    }
    return lines;
  })()`);
  expect(lines.map(({ length }) => length)).toEqual(failureCode.split('_').map(() => 1));
  expect(new Set(lines.flat()).size).toBeGreaterThan(1);

  await page.goto(`${server.url}/payments`);
  await rows(page).waitFor();
  const arrow = (property: 'content' | 'opacity') =>
    page.evaluate(`getComputedStyle(document.querySelector('.filters'), '::after').${property}`);
  expect(await arrow('content')).toContain('›');
  expect(await arrow('opacity')).toBe('1');
  await page.evaluate("document.querySelector('.filters').scrollLeft = 10_000");
  await vi.waitFor(async () => expect(await arrow('opacity')).toBe('0'));
  expect(problems).toEqual([]);
});
