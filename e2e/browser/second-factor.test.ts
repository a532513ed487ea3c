import { authenticatorOf } from '@paydeck/api/testing/authenticator';
import { adminCredentials, startTestServer } from '@paydeck/server/testing';
import { skipWithoutChromium } from '@paydeck/server/testing/browser';
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { connectionSays, fillSignIn, openDashboards } from './dashboard-page.ts';

const openDialog = async (page: Page) => {
  await page.getByRole('button', { name: /Account/ }).click();
  await page.getByRole('menuitem', { name: 'Second factor' }).click();
  return page.getByRole('dialog', { name: 'Second factor' });
};

const signOut = async (page: Page) => {
  await page.getByRole('button', { name: /Account/ }).click();
  await page.getByRole('menuitem', { name: 'Sign out' }).click();
};

test('an admin who must have a second factor sets it up, signs in with it, and removes it', async (context) => {
  skipWithoutChromium(context);
  await using dashboard = await openDashboards();
  await using server = await startTestServer({ environment: { REQUIRE_SECOND_FACTOR: 'admins' } });
  const { page, problems } = await dashboard.open(server.url);
  await page.getByText('Admins of this server need a second factor.').waitFor();
  await page.getByRole('button', { name: 'Set it up' }).click();

  const dialog = page.getByRole('dialog', { name: 'Second factor' });
  await dialog.getByLabel('Your password').fill('wrong password');
  await dialog.getByRole('button', { name: 'Continue' }).click();
  await dialog.getByText('That is not your password.').waitFor();
  await dialog.getByLabel('Your password').fill(adminCredentials.password);
  await dialog.getByRole('button', { name: 'Continue' }).click();
  await dialog.getByRole('img', { name: 'QR code for your authenticator app' }).waitFor();
  const authenticator = authenticatorOf((await dialog.locator('code').textContent()) ?? '');
  await dialog.getByLabel('Code', { exact: true }).fill('no code');
  await dialog.getByRole('button', { name: 'Confirm' }).click();
  await dialog.getByText('That code is wrong.').waitFor();
  await dialog.getByLabel('Code', { exact: true }).fill(authenticator.code(-1));
  await dialog.getByRole('button', { name: 'Confirm' }).click();
  const codes = dialog.getByRole('list', { name: 'Recovery codes' }).getByRole('listitem');
  await codes.first().waitFor();
  const [recoveryCode = ''] = await codes.allTextContents();
  expect(await codes.count()).toBe(10);
  await dialog.getByRole('button', { name: 'Done' }).click();
  await page.getByText('Admins of this server need a second factor.').waitFor({ state: 'detached' });
  await page.getByRole('link', { name: 'Users' }).click();
  await page.getByRole('cell', { name: 'Second factor' }).waitFor();

  await signOut(page);
  await fillSignIn(page, adminCredentials);
  await page.getByLabel('Code').fill('no code');
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByText('The code is wrong').waitFor();
  await page.getByLabel('Code').fill(authenticator.code());
  await page.getByRole('button', { name: 'Sign in' }).click();
  await connectionSays(page, 'Live');
  // The cookie keeps the sign-in, as one without a second factor.
  await page.reload();
  await connectionSays(page, 'Live');

  await signOut(page);
  await fillSignIn(page, adminCredentials);
  await page.getByLabel('Code').fill(recoveryCode);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await connectionSays(page, 'Live');

  const again = await openDialog(page);
  await again.getByText('Recovery codes left: 9.').waitFor();
  await again.getByText('Remove app').click();
  await again.getByLabel('Your password').fill(adminCredentials.password);
  await again.getByRole('button', { name: 'Continue' }).click();
  await page.getByText('Your authenticator app was removed.').waitFor();
  await page.getByText('Admins of this server need a second factor.').waitFor();
  // The browser logs each refusal as an error.
  expect(problems.filter((problem) => !/40[13]/.test(problem))).toEqual([]);
});

test('an admin removes the second factor of another user', async (context) => {
  skipWithoutChromium(context);
  await using dashboard = await openDashboards();
  await using server = await startTestServer();
  const admin = await server.signedInClient();
  const vera = { username: 'vera', password: 'vera-watches' };
  await admin.api.users.create.mutate(vera);
  const other = await dashboard.open(server.url, { credentials: vera });
  const dialog = await openDialog(other.page);
  await dialog.getByLabel('Your password').fill(vera.password);
  await dialog.getByRole('button', { name: 'Continue' }).click();
  const authenticator = authenticatorOf((await dialog.locator('code').textContent()) ?? '');
  await dialog.getByLabel('Code', { exact: true }).fill(authenticator.code());
  await dialog.getByRole('button', { name: 'Confirm' }).click();
  await dialog.getByRole('button', { name: 'Done' }).click();

  const { page } = await dashboard.open(server.url, { path: '/users' });
  await page.getByRole('button', { name: 'Actions for vera' }).click();
  await page.getByRole('menuitem', { name: 'Remove second factor' }).click();
  await page.getByRole('button', { name: 'Remove', exact: true }).click();
  await page.getByText('vera can sign in with the password alone now.').waitFor();
  await other.page.getByText('Your session has ended').waitFor();
  await fillSignIn(other.page, vera);
  await connectionSays(other.page, 'Live');
});
