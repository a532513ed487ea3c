import { startTestServer } from '@paydeck/server/testing';
import { skipWithoutChromium } from '@paydeck/server/testing/browser';
import { expect, test } from 'vitest';
import { figure, fillSignIn, openDashboards, rows } from './dashboard-page.ts';

const viewer = { username: 'vera', password: 'vera-watches' };

test('an admin creates and manages users, and sees them sign in and out', async (context) => {
  skipWithoutChromium(context);
  await using dashboard = await openDashboards();
  await using server = await startTestServer();
  const client = await server.signedInClient();
  const { page, problems } = await dashboard.open(server.url, { path: '/users' });
  await page.getByText('1 user').waitFor();
  await page.getByRole('button', { name: 'New user' }).click();
  const form = page.getByRole('dialog', { name: 'New user' });
  await form.getByLabel('User name').fill(viewer.username);
  await form.getByLabel('Here').check();
  await form.getByLabel('Password', { exact: true }).fill(viewer.password);
  await form.getByRole('button', { name: 'Create user' }).click();
  await page.getByText('vera can now sign in.').waitFor();
  await page.getByText('2 users').waitFor();
  await page.getByRole('button', { name: 'New user' }).click();
  await form.getByLabel('User name').fill(viewer.username);
  await form.getByLabel('Here').check();
  await form.getByLabel('Password', { exact: true }).fill(viewer.password);
  await form.getByRole('button', { name: 'Create user' }).click();
  await form.getByText('This user name is taken.').waitFor();
  // The field shows the error, so there is no banner.
  expect(await form.getByRole('alert').count()).toBe(0);
  await form.getByRole('button', { name: 'Cancel' }).click();

  const activity = page.getByRole('region', { name: 'Activity' });
  const other = await dashboard.open(server.url, { credentials: viewer });
  await activity.getByText('vera signed in').waitFor();

  await page.getByLabel('Role of vera').selectOption('Admin');
  await page.getByRole('button', { name: 'Make admin' }).click();
  await page.getByText('vera is an admin now.').waitFor();
  await activity.getByText('admin made vera an admin').waitFor();
  await other.page.reload();
  await other.page.getByRole('link', { name: 'Users' }).waitFor();

  const act = async (name: string) => {
    await page.getByRole('button', { name: 'Actions for vera' }).click();
    await page.getByRole('menuitem', { name }).click();
  };
  // A change that somebody else makes elsewhere appears by itself, in the list too.
  const [, { id: veraId = '' } = {}] = await client.api.users.list.query();
  await client.api.passwordLinks.create.mutate({ userId: veraId });
  await activity.getByText('admin made a password link for vera').waitFor();
  await page.getByRole('cell', { name: 'vera Password link' }).waitFor();
  await act('Revoke password link');
  await page.getByText('The password link of vera can’t be used any more.').waitFor();
  await act('Reset password');
  const reset = page.getByRole('dialog', { name: 'New password for vera' });
  await reset.getByLabel('New password').fill('another-one');
  await reset.getByRole('button', { name: 'Set password' }).click();
  await other.page.getByText('Your session has ended').waitFor();
  await fillSignIn(other.page, { ...viewer, password: 'another-one' });
  await figure(other.page, 'Revenue').waitFor();

  await act('Deactivate');
  await page.getByRole('button', { name: 'Deactivate', exact: true }).click();
  await page.getByRole('cell', { name: 'Deactivated', exact: true }).waitFor();
  await other.page.getByText('Your session has ended').waitFor();
  await act('Delete');
  await page.getByRole('button', { name: 'Delete', exact: true }).click();
  await page.getByText('vera was deactivated instead of deleted').waitFor();
  expect(await client.api.users.list.query()).toMatchObject([
    { username: 'admin' },
    { username: 'vera', role: 'admin', active: false },
  ]);
  // The browser logs the refused creation as an error.
  expect(problems).toEqual([expect.stringContaining('409')]);
});

test('a viewer sees figures and payments, and no admin controls', async (context) => {
  skipWithoutChromium(context);
  await using dashboard = await openDashboards();
  await using server = await startTestServer();
  const client = await server.signedInClient();
  await client.api.users.create.mutate(viewer);
  await client.api.payments.create.mutate({
    amountMinor: 4_900,
    method: 'credit_card',
    receiver: 'Ada Books',
  });
  const { page, problems } = await dashboard.open(server.url, { path: '/payments', credentials: viewer });
  await rows(page).getByRole('link', { name: 'Ada Books' }).click();
  await page.getByRole('region', { name: 'History' }).getByText('Created').waitFor();
  expect(await page.getByRole('button', { name: /Mark as/ }).count()).toBe(0);
  await page.keyboard.press('Escape');
  expect(await page.getByRole('button', { name: 'New payment' }).count()).toBe(0);
  expect(await page.getByRole('link', { name: 'Users' }).count()).toBe(0);
  await page.getByRole('button', { name: 'Export CSV' }).waitFor();
  await page.goto(`${server.url}/users`);
  await page.getByText('For admins only').waitFor();
  await page.getByRole('link', { name: 'Overview' }).click();
  await figure(page, 'Payments today').getByText('1').waitFor();
  expect(problems).toEqual([]);
});

test('an admin who becomes a viewer loses the admin controls without a reload', async (context) => {
  skipWithoutChromium(context);
  await using dashboard = await openDashboards();
  await using server = await startTestServer();
  const client = await server.signedInClient();
  const { id } = await client.api.users.create.mutate({ ...viewer, role: 'admin' });
  const { page, problems } = await dashboard.open(server.url, { path: '/users', credentials: viewer });
  await page.getByRole('button', { name: 'New user' }).waitFor();
  await client.api.users.update.mutate({ id, role: 'viewer' });
  await page.getByText('For admins only').waitFor();
  expect(await page.getByRole('link', { name: 'Users' }).count()).toBe(0);
  expect(problems).toEqual([]);
});

test('the payments view works by keyboard', async (context) => {
  skipWithoutChromium(context);
  await using dashboard = await openDashboards();
  await using server = await startTestServer();
  const client = await server.signedInClient();
  await client.api.payments.create.mutate({
    amountMinor: 4_900,
    method: 'credit_card',
    receiver: 'Ada Books',
  });
  const { page } = await dashboard.open(server.url, { path: '/payments' });
  await rows(page).first().waitFor();
  const focused = () =>
    page.evaluate('document.activeElement.textContent || document.activeElement.ariaLabel');
  await page.locator('body').press('Tab');
  expect(await focused()).toBe('Skip to content');
  for (let n = 0; n < 30 && (await focused()) !== 'Ada Books'; n += 1) await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await page.getByRole('region', { name: 'History' }).getByText('Created').waitFor();
  await page.keyboard.press('Escape');
  await page.getByRole('dialog', { name: 'Payment' }).waitFor({ state: 'detached' });
  expect(await focused()).toBe('Ada Books');
});
