import { createClient } from '@paydeck/client';
import { startTestServer } from '@paydeck/server/testing';
import { skipWithoutChromium } from '@paydeck/server/testing/browser';
import { expect, test } from 'vitest';
import { openDashboards } from './dashboard-page.ts';

test('an admin creates an API key, copies it once, and revokes it', async (context) => {
  skipWithoutChromium(context);
  await using dashboard = await openDashboards();
  await using server = await startTestServer();
  const { page, problems } = await dashboard.open(server.url);
  await page.getByRole('link', { name: 'Settings' }).click();
  const card = page.getByRole('region', { name: 'API keys' });
  await card.getByText('No API keys').waitFor();
  await card.getByRole('button', { name: 'New API key' }).click();
  const form = page.getByRole('dialog', { name: 'New API key' });
  await form.getByLabel('Name').fill('nightly import');
  await form.getByLabel('Role').selectOption('Admin');
  await form.getByRole('button', { name: 'Create key' }).click();
  const apiKey = await form.getByRole('textbox', { name: 'API key' }).inputValue();
  await form.getByRole('button', { name: 'Done' }).click();
  expect(await page.content()).not.toContain(apiKey);

  await using script = createClient({ url: server.url, apiKey });
  expect(await script.api.auth.me.query()).toMatchObject({
    role: 'admin',
    apiKey: { name: 'nightly import' },
  });
  const [key] = await (await server.signedInClient()).api.apiKeys.list.query();
  const days = ((key?.expiresAt?.getTime() ?? 0) - Date.now()) / 86_400_000;
  expect(Math.round(days)).toBe(90);

  await card.getByRole('button', { name: 'Revoke nightly import' }).click();
  await page.getByRole('button', { name: 'Revoke', exact: true }).click();
  await page.getByText('The key “nightly import” is revoked.').waitFor();
  await expect(script.api.auth.me.query()).rejects.toThrow('This API key is unknown, was revoked');
  await card.getByText('No API keys').waitFor();
  await card.getByLabel('Show revoked and expired keys').check();
  await card.getByRole('cell', { name: 'nightly import' }).waitFor();
  expect(problems).toEqual([]);
});

test('everyone sees the own account and sessions; the server and the API keys are for admins', async (context) => {
  skipWithoutChromium(context);
  await using dashboard = await openDashboards();
  await using server = await startTestServer();
  const viewer = { username: 'vera', password: 'vera-watches' };
  const client = await server.signedInClient();
  await client.api.users.create.mutate(viewer);
  await using elsewhere = createClient({ url: server.url });
  await elsewhere.signIn(viewer);

  const { page, problems } = await dashboard.open(server.url, { credentials: viewer });
  await page.getByRole('link', { name: 'Settings' }).click();
  const account = page.getByRole('region', { name: 'Your account' });
  await account.getByText('None: the password alone is enough').waitFor();
  await account.getByRole('button', { name: 'Change password' }).click();
  await page.getByRole('dialog', { name: 'Change password' }).getByLabel('Current password').waitFor();
  await page.keyboard.press('Escape');
  const sessions = page.getByRole('region', { name: 'Your sessions' });
  await sessions.getByText('This session').waitFor();
  await sessions.getByRole('button', { name: 'Sign out everywhere else' }).click();
  await page.getByText('1 session has ended.').waitFor();
  await expect(elsewhere.api.auth.me.query()).rejects.toThrow();
  expect(await page.getByRole('region', { name: 'API keys' }).count()).toBe(0);
  expect(await page.getByRole('region', { name: 'Server' }).count()).toBe(0);
  expect(problems).toEqual([]);

  const admin = await dashboard.open(server.url);
  await admin.page.getByRole('link', { name: 'Settings' }).click();
  const card = admin.page.getByRole('region', { name: 'Server' });
  await card.getByText('Default currency').waitFor();
  await card.getByText('USD', { exact: true }).waitFor();
  await card.getByRole('link', { name: 'audit log' }).click();
  await admin.page.getByRole('heading', { name: 'Audit', exact: true }).waitFor();
  expect(admin.problems).toEqual([]);
});
