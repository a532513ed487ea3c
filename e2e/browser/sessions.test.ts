import { adminCredentials, startTestServer } from '@paydeck/server/testing';
import { skipWithoutChromium } from '@paydeck/server/testing/browser';
import { expect, test } from 'vitest';
import { figure, openDashboards } from './dashboard-page.ts';

test('changes of users ask for the password when the sign-in is older than 5 minutes', async (context) => {
  skipWithoutChromium(context);
  await using dashboard = await openDashboards();
  await using server = await startTestServer();
  const client = await server.signedInClient();
  await client.api.users.create.mutate({ username: 'vera', password: 'vera-watches' });
  const { page } = await dashboard.open(server.url, { path: '/users' });
  await page.getByText('2 users').waitFor();
  const age = () =>
    server.database.db.orm.execute(`
      update sessions set created_at = created_at - interval '301 seconds',
        password_confirmed_at = password_confirmed_at - interval '301 seconds'`);
  await age();

  await page.getByRole('button', { name: 'New user' }).click();
  const form = page.getByRole('dialog', { name: 'New user' });
  await form.getByLabel('User name').fill('jane');
  await form.getByLabel('Here').check();
  await form.getByLabel('Password', { exact: true }).fill('jane-watches');
  await form.getByRole('button', { name: 'Create user' }).click();
  const question = page.getByRole('dialog', { name: 'Confirm your password' });
  await question.getByLabel('Your password').fill('not the password');
  await question.getByRole('button', { name: 'Confirm' }).click();
  await question.getByText('That is not your password.').waitFor();
  await question.getByLabel('Your password').fill(adminCredentials.password);
  await question.getByRole('button', { name: 'Confirm' }).click();
  await page.getByText('jane can now sign in.').waitFor();
  await page.getByText('3 users').waitFor();

  // Now the password is confirmed.
  await page.getByLabel('Role of vera').selectOption('Admin');
  await page.getByRole('button', { name: 'Make admin' }).click();
  await expect
    .poll(() => client.api.users.list.query(), { timeout: 30_000 })
    .toContainEqual(expect.objectContaining({ username: 'vera', role: 'admin' }));
  expect(await question.count()).toBe(0);

  await age();
  await page.getByLabel('Role of vera').selectOption('Viewer');
  await page.getByRole('button', { name: 'Make viewer' }).click();
  await question.getByRole('button', { name: 'Cancel' }).click();
  await page.getByText('This needs your password.').waitFor();
  expect(await client.api.users.list.query()).toContainEqual(
    expect.objectContaining({ username: 'vera', role: 'admin' }),
  );
});

test('users see their sessions and sign out everywhere else', async (context) => {
  skipWithoutChromium(context);
  await using dashboard = await openDashboards();
  await using server = await startTestServer();
  const { page } = await dashboard.open(server.url);
  const other = await dashboard.open(server.url);
  const third = await dashboard.open(server.url);
  const open = async () => {
    await page.getByRole('button', { name: 'Account' }).click();
    await page.getByRole('menuitem', { name: 'Your sessions' }).click();
    return page.getByRole('dialog', { name: 'Your sessions' });
  };
  const sessions = await open();
  await sessions.getByText('This session').waitFor();
  expect(await sessions.getByRole('listitem').count()).toBe(3);
  await sessions
    .getByRole('button', { name: /End the session of Chrome/ })
    .first()
    .click();
  await third.page.getByText('Your session has ended').waitFor();
  await expect.poll(() => sessions.getByRole('listitem').count(), { timeout: 30_000 }).toBe(2);
  await figure(other.page, 'Revenue').waitFor();

  await sessions.getByRole('button', { name: 'Sign out everywhere else' }).click();
  await page.getByText('1 session has ended.').waitFor();
  await other.page.getByText('Your session has ended').waitFor();
  await figure(page, 'Revenue').waitFor();
});
