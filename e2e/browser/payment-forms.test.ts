import { startTestServer } from '@paydeck/server/testing';
import { skipWithoutChromium } from '@paydeck/server/testing/browser';
import { expect, test } from 'vitest';
import { openDashboards, rows } from './dashboard-page.ts';

test('the form of a new payment starts in its first field, says all errors at once and keeps a draft', async (context) => {
  skipWithoutChromium(context);
  await using dashboard = await openDashboards();
  await using server = await startTestServer();
  const client = await server.signedInClient();
  const { page, problems } = await dashboard.open(server.url, { path: '/payments' });
  const openForm = () => page.getByRole('button', { name: 'New payment' }).click();
  const form = page.getByRole('dialog', { name: 'New payment' });
  await openForm();
  await form.locator('input[name="amount"]:focus').waitFor();
  await page.keyboard.type('1,5');
  await form.getByLabel('Receiver').fill('A');
  await page.keyboard.press('Enter');
  await form.getByText('“1,5” has two possible meanings').waitFor();
  await form.getByText('Must have at least 2 characters.').waitFor();
  await form.locator('input[name="amount"]:focus').waitFor();

  await form.getByLabel('Receiver').fill('Ada Books');
  await form.getByLabel('Description').fill('Two books');
  await page.keyboard.press('Escape');
  await form.waitFor({ state: 'detached' });
  await page.getByRole('link', { name: 'Users' }).click();
  await page.getByRole('link', { name: 'Payments', exact: true }).click();
  await openForm();
  await form.getByText('The form has what you entered before.').waitFor();
  expect(await form.getByLabel('Receiver').inputValue()).toBe('Ada Books');
  expect(await form.getByLabel('Amount').inputValue()).toBe('1,5');
  await form.getByRole('button', { name: 'Cancel' }).click();
  await form.waitFor({ state: 'detached' });
  await openForm();
  expect(await form.getByLabel('Receiver').inputValue()).toBe('');

  await form.getByLabel('Amount').fill('$١٢٫٥٠');
  await form.getByLabel('Receiver').fill('Ada Books');
  await form.getByRole('button', { name: 'Record payment' }).click();
  await page.getByText('Recorded $12.50 to Ada Books.').waitFor();
  expect((await client.api.payments.list.query()).items).toMatchObject([{ amountMinor: 1_250 }]);
  expect(problems).toEqual([]);
});

test('a receiver is corrected in the drawer, which keeps what somebody wrote while another one settled', async (context) => {
  skipWithoutChromium(context);
  await using dashboard = await openDashboards();
  await using server = await startTestServer();
  const client = await server.signedInClient();
  const { id } = await client.api.payments.create.mutate({
    amountMinor: 4_900,
    method: 'credit_card',
    receiver: 'Ada Boks',
  });
  const { page, problems } = await dashboard.open(server.url, { path: '/payments' });
  await rows(page).getByRole('link', { name: 'Ada Boks' }).click();
  const drawer = page.getByRole('dialog', { name: 'Payment', exact: true });
  await drawer.getByRole('button', { name: 'Correct…' }).click();
  const form = page.getByRole('dialog', { name: 'Correct the payment' });
  await form.locator('input[name="receiver"]:focus').waitFor();
  await form.getByLabel('Receiver').fill('A');
  await form.getByRole('button', { name: 'Save' }).click();
  await form.getByText('Must have at least 2 characters.').waitFor();
  await form.getByLabel('Receiver').fill('Ada Books');
  await form.getByRole('button', { name: 'Save' }).click();
  await form.waitFor({ state: 'detached' });
  await drawer.getByText('Receiver: Ada Boks → Ada Books').waitFor();
  expect(await client.api.payments.byId.query({ id })).toMatchObject({ receiver: 'Ada Books' });

  await drawer.getByRole('button', { name: 'Mark as failed…' }).click();
  await drawer.locator('input[name="failureCode"]:focus').waitFor();
  await drawer.getByLabel('Failure message').fill('No answer for a week');
  await client.api.payments.update.mutate({ id, status: 'success' });
  await drawer.getByText('Somebody else settled this payment while you were writing.').waitFor();
  expect(await drawer.getByLabel('Failure message').inputValue()).toBe('No answer for a week');
  expect(await drawer.getByRole('button', { name: 'Mark as failed' }).count()).toBe(0);
  await drawer.getByRole('button', { name: 'Discard' }).click();
  await drawer.getByLabel('Failure message').waitFor({ state: 'detached' });
  // The browser logs the refused correction as an error.
  expect(problems).toEqual([expect.stringContaining('400')]);
});
