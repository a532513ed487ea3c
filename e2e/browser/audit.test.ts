import { readFile } from 'node:fs/promises';
import { auditCsvHeader } from '@paydeck/contract/audit';
import { startTestServer } from '@paydeck/server/testing';
import { skipWithoutChromium } from '@paydeck/server/testing/browser';
import { expect, test } from 'vitest';
import { openDashboards } from './dashboard-page.ts';

test('an admin reads, filters and exports the audit log on the page', async (context) => {
  skipWithoutChromium(context);
  await using dashboard = await openDashboards();
  await using server = await startTestServer();
  const client = await server.signedInClient();
  await client.api.users.create.mutate({ username: 'vera', password: 'vera-watches' });
  const { page, problems } = await dashboard.open(server.url);
  await page.getByRole('link', { name: 'Audit' }).click();
  const entries = page.locator('tr[data-entry]');
  const created = entries.filter({ hasText: 'User created' }).filter({ hasText: 'vera' });
  await created.getByText('127.0.0.1').waitFor();
  await entries.getByText('Server started').waitFor();

  await page.getByLabel('About').selectOption('Users');
  await entries.getByText('Server started').waitFor({ state: 'detached' });
  await created.waitFor();
  await page.getByLabel('User', { exact: true }).selectOption('admin');
  await expect.poll(() => entries.count(), { timeout: 30_000 }).toBe(1);

  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: 'Export CSV' }).click(),
  ]);
  const [head, line, ...rest] = (await readFile(await download.path(), 'utf8')).split('\r\n');
  expect(head).toBe(auditCsvHeader);
  expect(line).toContain('user.create,admin,,vera');
  expect(rest).toEqual(['']);

  await page.getByLabel('To').fill('2020-01-01');
  await page.getByText('Nothing that matches the filter has happened.').waitFor();
  expect(problems).toEqual([]);
});
