import { startTestServer } from '@paydeck/server/testing';
import { skipWithoutChromium } from '@paydeck/server/testing/browser';
import { expect, test, vi } from 'vitest';
import { openDashboards, rows } from './dashboard-page.ts';

const payment = { amountMinor: 4_900, method: 'credit_card' } as const;
const createdAt = '2026-01-15T12:30:07Z';

test('the panel goes through the list by keys and arrows, and gives the focus to the row of its payment', async (context) => {
  skipWithoutChromium(context);
  await using dashboard = await openDashboards();
  await using server = await startTestServer();
  const client = await server.signedInClient();
  for (const receiver of ['First', 'Second', 'Third'])
    await client.api.payments.create.mutate({ ...payment, receiver });
  const { page, problems } = await dashboard.open(server.url, { path: '/payments' });
  const panel = page.getByRole('dialog', { name: 'Payment', exact: true });
  const shows = (receiver: string) => panel.getByRole('definition').getByText(receiver).waitFor();
  const next = panel.getByRole('button', { name: 'Next payment' });
  const previous = panel.getByRole('button', { name: 'Previous payment' });
  const openRow = page.locator('tr:has([aria-current])');

  await rows(page).getByRole('link', { name: 'Third' }).click();
  await shows('Third');
  expect(await previous.isDisabled()).toBe(true);
  for (const [key, receiver] of [
    ['j', 'Second'],
    ['j', 'First'],
    ['k', 'Second'],
  ] as const) {
    await page.keyboard.press(key);
    await shows(receiver);
    await openRow.getByText(receiver).waitFor();
  }
  await next.click();
  await shows('First');
  // The button that had the focus can't be used any more, so the panel has it.
  expect(await next.isDisabled()).toBe(true);
  await page.keyboard.press('k');
  await shows('Second');

  // A form keeps what is typed into it.
  await panel.getByRole('button', { name: 'Mark as failed…' }).click();
  await panel.getByLabel('Failure code').fill('jk');
  await panel.getByRole('button', { name: 'Cancel' }).focus();
  await page.keyboard.press('j');
  expect(await panel.getByLabel('Failure code').inputValue()).toBe('jk');
  await panel.getByRole('button', { name: 'Cancel' }).click();

  // A dialog above the panel has the keys.
  await panel.getByRole('button', { name: 'Correct…' }).click();
  await page
    .getByRole('dialog', { name: 'Correct the payment' })
    .getByRole('button', { name: 'Save' })
    .focus();
  await page.keyboard.press('j');
  await page.keyboard.press('Escape');
  await page.getByRole('dialog', { name: 'Correct the payment' }).waitFor({ state: 'detached' });
  await shows('Second');

  await page.keyboard.press('Escape');
  await panel.waitFor({ state: 'detached' });
  await vi.waitFor(async () =>
    expect(await page.evaluate('document.activeElement.textContent')).toBe('Second'),
  );
  // Moving within the panel is one step of the history.
  await page.goBack();
  await panel.waitFor();
  await page.goBack();
  await panel.waitFor({ state: 'detached' });
  expect(new URL(page.url()).pathname).toBe('/payments');
  expect(problems).toEqual([]);
});

test('the panel says each time once, and that of an update only if no change here made it', async (context) => {
  skipWithoutChromium(context);
  await using dashboard = await openDashboards();
  await using server = await startTestServer();
  const client = await server.signedInClient();
  await client.api.payments.createMany.mutate({
    payments: [{ ...payment, receiver: 'Imported', createdAt }],
  });
  const { page } = await dashboard.open(server.url, { path: '/payments', timezoneId: 'UTC' });
  const panel = page.getByRole('dialog', { name: 'Payment', exact: true });
  const facts = panel.locator('.details');
  await rows(page).getByRole('link', { name: 'Imported' }).click();
  await facts.getByText('Jan 15, 2026, 12:30:07 PM UTC').waitFor();
  await facts.getByText('Updated').waitFor();
  const history = panel.getByRole('region', { name: 'History' });
  await history.getByText('Jan 15, 12:30 PM').waitFor();
  expect(await history.getByRole('time').getAttribute('title')).toContain(
    'Thursday, January 15, 2026 at 12:30:07',
  );
  await panel.getByRole('button', { name: 'Mark as succeeded' }).click();
  await history.getByText('Succeeded').waitFor();
  await facts.getByText('Updated').waitFor({ state: 'detached' });
  await history.getByText('now').waitFor();
});
