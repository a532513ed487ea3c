import { createClient } from '@paydeck/client';
import { startTestServer } from '@paydeck/server/testing';
import { skipWithoutChromium } from '@paydeck/server/testing/browser';
import { expect, test } from 'vitest';
import { figure, openDashboards } from './dashboard-page.ts';

const password = 'a password of her own';

test('an admin adds a user with a link, and the user sets the first password and signs in', async (context) => {
  skipWithoutChromium(context);
  await using dashboard = await openDashboards();
  await using server = await startTestServer();
  const { page } = await dashboard.open(server.url, { path: '/users' });
  await page.getByRole('button', { name: 'New user' }).click();
  const form = page.getByRole('dialog', { name: 'New user' });
  await form.getByLabel('User name').fill('Jürgen');
  await form.getByRole('button', { name: 'Create user' }).click();
  await form.getByText('Must be 3 to 50 letters a–z, digits').waitFor();
  await form.getByLabel('User name').fill('vera');
  await form.getByRole('button', { name: 'Create user' }).click();
  const link = await form.getByRole('textbox', { name: 'password link' }).inputValue();
  expect(link).toMatch(new RegExp(`^${server.url}/set-password#[\\w-]{43}$`));
  // The user exists, so nothing can be cancelled.
  expect(await form.getByRole('button', { name: 'Cancel' }).count()).toBe(0);
  await form.getByRole('button', { name: 'Done' }).click();
  await page.getByRole('cell', { name: 'vera Password link' }).waitFor();
  await page.getByRole('region', { name: 'Activity' }).getByText('admin added vera as a viewer').waitFor();

  const other = await dashboard.openPage(server.url, { locale: 'en-US' });
  await other.page.goto(link);
  expect(await other.page.getByLabel('User name').inputValue()).toBe('vera');
  const set = async (text: string, repeated: string) => {
    await other.page.getByLabel('New password').fill(text);
    await other.page.getByLabel('Repeat the password').fill(repeated);
    await other.page.getByRole('button', { name: 'Set password' }).click();
  };
  await set(password, `${password}!`);
  await other.page.getByText('The two passwords must be the same.').waitFor();
  await set('password123', 'password123');
  await other.page.getByText('Must not be one of the passwords that attackers try first.').waitFor();
  await set(password, password);
  await other.page.getByText('Your password is set').waitFor();
  await other.page.getByRole('link', { name: 'Sign in' }).click();
  const signIn = other.page.getByRole('button', { name: 'Sign in' });
  await signIn.waitFor();
  expect(await other.page.getByLabel('User name').inputValue()).toBe('vera');
  await other.page.getByLabel('Password').fill(password);
  await signIn.click();
  await figure(other.page, 'Revenue').waitFor();
  expect(other.page.url()).toBe(`${server.url}/`);

  // The link is used up. The user who is signed in stays so.
  await other.page.goto(link);
  await other.page.getByText('This link can’t be used').waitFor();
  await page.getByRole('region', { name: 'Activity' }).getByText('vera set a password with a link').waitFor();
  await page.getByText('Password link', { exact: true }).waitFor({ state: 'detached' });
});

test('a forgotten password: the link is made in the menu of the user, and a cut link says so', async (context) => {
  skipWithoutChromium(context);
  await using dashboard = await openDashboards();
  await using server = await startTestServer();
  const client = await server.signedInClient();
  await client.api.users.create.mutate({ username: 'vera', password: 'forgotten-by-vera' });
  const { page, problems } = await dashboard.open(server.url, { path: '/users' });
  await page.getByRole('button', { name: 'Actions for vera' }).click();
  await page.getByRole('menuitem', { name: 'Password link' }).click();
  const dialog = page.getByRole('dialog', { name: 'Password link for vera' });
  await dialog.getByRole('button', { name: 'Make link' }).click();
  const link = await dialog.getByRole('textbox', { name: 'password link' }).inputValue();
  await page.keyboard.press('Escape');
  expect(problems).toEqual([]);

  await page.goto(link.slice(0, -10));
  await page.getByText('This link is incomplete').waitFor();
  await page.goto(link);
  await page.getByLabel('New password').fill(password);
  await page.getByLabel('Repeat the password').fill(password);
  await page.getByRole('button', { name: 'Set password' }).click();
  await page.getByText('Your password is set').waitFor();
  await using vera = createClient({ url: server.url });
  await vera.signIn({ username: 'vera', password });
});
