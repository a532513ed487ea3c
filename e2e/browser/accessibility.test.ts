import { startTestServer } from '@paydeck/server/testing';
import { skipWithoutChromium } from '@paydeck/server/testing/browser';
import axe from 'axe-core';
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { figure, openDashboards, picker, pickerItems, rows } from './dashboard-page.ts';

const results = z.object({
  violations: z.array(z.object({ id: z.string(), nodes: z.array(z.object({ html: z.string() })) })),
});

/** The violations that axe finds, as `rule: element`. */
async function violations(page: Page): Promise<string[]> {
  // While an element fades in, it does not have its final colours. An animation that follows a scroll position never finishes.
  await page.evaluate(`Promise.all(
    document.getAnimations().filter(({ timeline }) => timeline === document.timeline).map(({ finished }) => finished),
  )`);
  const found = results.parse(await page.evaluate('axe.run()'));
  return found.violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html}`));
}

/** Tables that are wider than their container. */
const overflowingTables = (page: Page) =>
  page.evaluate(
    "[...document.querySelectorAll('main table')].filter((table) => table.scrollWidth > table.parentElement.clientWidth)",
  );

/** A good row, one with a text that is not known, and one without a receiver. */
const fileToImport = {
  name: 'file.csv',
  mimeType: 'text/csv',
  buffer: Buffer.from('Amount,Method,Receiver\n1.00,credit_card,Ada\n1.00,pigeon,Bob\n1.00,credit_card,\n'),
};

const failureCode = 'invalid_account_number_of_receiver';

test.for([
  { colorScheme: 'light', width: 1440 },
  { colorScheme: 'dark', width: 1440 },
  { colorScheme: 'light', width: 390 },
  { colorScheme: 'dark', width: 390 },
] as const)(
  'axe finds no violation in any view: $colorScheme, $width px',
  async ({ colorScheme, width }, context) => {
    skipWithoutChromium(context);
    await using dashboard = await openDashboards();
    await using server = await startTestServer();
    const client = await server.signedInClient();
    const payment = { amountMinor: 4_900, method: 'credit_card', receiver: 'Ada Books' } as const;
    await client.api.payments.create.mutate(payment);
    await client.api.payments.create.mutate({ ...payment, status: 'success', description: 'Order 7' });
    await client.api.payments.create.mutate({ ...payment, status: 'failed', failureCode });
    const options = { colorScheme, viewport: { width, height: 900 }, reducedMotion: 'reduce' } as const;

    const { page: signedOut } = await dashboard.openPage(server.url, { ...options, bypassCSP: true });
    await signedOut.goto(server.url);
    await signedOut.getByLabel('User name').waitFor();
    await signedOut.addScriptTag({ content: axe.source });
    expect(await violations(signedOut)).toEqual([]);

    const { page } = await dashboard.open(server.url, { ...options, bypassCSP: true });
    await page.addScriptTag({ content: axe.source });
    await figure(page, 'Revenue').waitFor();
    await page.getByText(failureCode).waitFor();
    expect(await violations(page)).toEqual([]);
    expect(await overflowingTables(page)).toEqual([]);
    await page.getByText('Table', { exact: true }).click();
    expect(await violations(page)).toEqual([]);

    await page.keyboard.press('?');
    await page.getByText('Go to the overview').waitFor();
    expect(await violations(page)).toEqual([]);
    await page.keyboard.press('Escape');
    for (const name of ['Time zone', 'Currency']) {
      await picker(page, name).click();
      await pickerItems(page).first().waitFor();
      expect(await violations(page)).toEqual([]);
      await page.keyboard.press('Escape');
    }

    await page.getByRole('link', { name: 'Payments', exact: true }).click();
    await rows(page).first().waitFor();
    expect(await violations(page)).toEqual([]);
    await page.getByRole('button', { name: 'Status' }).click();
    await page.getByLabel('Pending').waitFor();
    expect(await violations(page)).toEqual([]);
    await page.keyboard.press('Escape');
    await rows(page).last().getByRole('link').click();
    await page.getByRole('button', { name: 'Mark as failed…' }).click();
    await page.getByRole('region', { name: 'History' }).getByText('Created').waitFor();
    expect(await violations(page)).toEqual([]);
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'New payment' }).click();
    await page.getByLabel('Receiver', { exact: true }).waitFor();
    expect(await violations(page)).toEqual([]);
    await page.keyboard.press('Escape');

    await page.getByRole('button', { name: 'Account' }).click();
    await page.getByRole('menuitem', { name: 'Your sessions' }).click();
    await page.getByText('This session').waitFor();
    expect(await violations(page)).toEqual([]);
    await page.keyboard.press('Escape');

    await page.getByRole('link', { name: 'Audit' }).click();
    await page.getByText('Server started').waitFor();
    expect(await violations(page)).toEqual([]);
    expect(await overflowingTables(page)).toEqual([]);

    await page.getByRole('link', { name: 'Import', exact: true }).click();
    await page.getByLabel('File to import').setInputFiles(fileToImport);
    await page.getByText('3 rows checked').waitFor();
    expect(await violations(page)).toEqual([]);
    expect(await overflowingTables(page)).toEqual([]);
    await page.getByRole('button', { name: 'Import 1 payment' }).click();
    await page.getByRole('heading', { name: 'Imported: file.csv' }).waitFor();
    expect(await violations(page)).toEqual([]);

    await page.getByRole('link', { name: 'Users' }).click();
    await page.getByText('signed in').first().waitFor();
    expect(await violations(page)).toEqual([]);
    await page.getByRole('link', { name: 'Settings' }).click();
    await page.getByText('Default currency').waitFor();
    expect(await violations(page)).toEqual([]);
    expect(await overflowingTables(page)).toEqual([]);
    await page.getByRole('button', { name: 'Account' }).click();
    await page.getByRole('menuitem', { name: 'Sign out' }).waitFor();
    expect(await violations(page)).toEqual([]);
  },
);
