import { startTestServer } from '@paydeck/server/testing';
import { skipWithoutChromium } from '@paydeck/server/testing/browser';
import { expect, test } from 'vitest';
import { openDashboards } from './dashboard-page.ts';

const vera = { username: 'vera+pay@example.com', password: 'vera-watches' };

test('a role that is chosen changes only after a question, one of the own account after two', async (context) => {
  skipWithoutChromium(context);
  await using dashboard = await openDashboards();
  await using server = await startTestServer();
  const client = await server.signedInClient();
  await client.api.users.create.mutate(vera);
  await client.api.users.create.mutate({ ...vera, username: 'second', role: 'admin' });
  const rights = async () =>
    (await client.api.users.list.query()).map(({ username, role, active }) => [username, role, active]);
  const before = await rights();
  const { page, problems } = await dashboard.open(server.url, { path: '/users' });
  const roleOf = (name: string) => page.getByLabel(`Role of ${name}`);
  const dialog = (name: string) => page.getByRole('dialog', { name });
  const press = (name: string) => page.getByRole('button', { name, exact: true }).click();

  // A key on the focused select chooses another role. Enter then answers Cancel, which has the focus.
  await roleOf(vera.username).focus();
  await page.keyboard.press('ArrowUp');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('a');
  const question = dialog(`Make ${vera.username} an admin?`);
  await question.waitFor();
  await question.locator('button:focus', { hasText: 'Cancel' }).waitFor();
  await page.keyboard.press('Enter');
  await question.waitFor({ state: 'detached' });
  expect(await roleOf(vera.username).inputValue()).toBe('viewer');

  await roleOf('admin').selectOption('Viewer');
  await press('Continue');
  const second = dialog('This is your own account');
  await second.locator('button:focus', { hasText: 'Cancel' }).waitFor();
  await page.keyboard.press('Enter');
  await second.waitFor({ state: 'detached' });
  expect(await roleOf('admin').inputValue()).toBe('admin');

  await page.getByRole('button', { name: `Actions for ${vera.username}` }).click();
  await page.getByRole('menuitem', { name: 'Deactivate' }).click();
  await page.keyboard.press('Escape');
  await dialog(`Deactivate ${vera.username}?`).waitFor({ state: 'detached' });
  expect(await rights()).toEqual(before);

  await roleOf('admin').selectOption('Viewer');
  await press('Continue');
  await press('Make viewer');
  await page.getByText('For admins only').waitFor();
  expect(problems).toEqual([]);
});
