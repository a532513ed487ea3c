import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import type { Page, Response } from 'playwright-core';
import { expect, test } from 'vitest';
import { openBrowser, skipWithoutChromium } from '../../testing/browser.ts';
import { startTestServer } from '../../testing/start-test-server.ts';
import { expectDocumented } from '../documented-replies.ts';

/** Opens an operation, sends its example, and returns the status that the page shows. */
async function execute(page: Page, operationId: string, body?: object): Promise<string | null> {
  const operation = page.locator(`.opblock[id$="-${operationId}"]`);
  await operation.locator('.opblock-summary-control').click();
  if (body !== undefined) await operation.locator('textarea.body-param__text').fill(JSON.stringify(body));
  await operation.locator('button.execute').click();
  return operation.locator('.live-responses-table tbody .response-col_status').textContent();
}

test('after a login in Swagger UI, the page sends the token with each request, and stores it nowhere', async (context) => {
  skipWithoutChromium(context);
  await using server = await startTestServer();
  await using browser = await openBrowser();
  const { page, problems } = await browser.openPage(server.url);
  const replies: Response[] = [];
  page.on('response', (response) => replies.push(response));
  await page.goto(`${server.url}/api/docs`);
  const authorize = page.locator('.auth-wrapper button.authorize');
  expect(await authorize.getAttribute('class')).toContain('unlocked');

  expect(await execute(page, 'postAuthLogin')).toContain('200');
  await page.locator('.auth-wrapper button.authorize.locked').waitFor();
  expect(await execute(page, 'getPayments')).toContain('200');

  expect(await page.evaluate('JSON.stringify([localStorage, sessionStorage])')).toBe('[{},{}]');

  await page.reload();
  await page.locator('.auth-wrapper button.authorize.unlocked').waitFor();
  expect(await execute(page, 'postAuthLogin')).toContain('200');
  expect(await execute(page, 'getAuthProfile')).toContain('200');
  expect(await execute(page, 'postAuthLogout')).toContain('204');
  await page.locator('.auth-wrapper button.authorize.unlocked').waitFor();
  expect(problems).toEqual([]);

  // A failed login does not sign in. The browser reports the refusal on its console.
  await page.reload();
  const wrong = { username: 'admin', password: 'wrong' };
  expect(await execute(page, 'postAuthLogin', wrong)).toContain('401');
  expect(await authorize.getAttribute('class')).toContain('unlocked');
  expect(problems).toEqual([expect.stringContaining('401')]);

  for (const reply of replies)
    expectDocumented(reply.request().method(), reply.url(), {
      status: reply.status(),
      type: reply.headers()['content-type'],
    });
});

test('with DOCS=off there is neither Swagger UI nor the document', async () => {
  await using server = await startTestServer({ environment: { DOCS: 'off' } });
  for (const path of ['/api/docs', '/api/docs/', '/api/docs/static/index.html', '/api/openapi.json']) {
    expect((await fetch(server.url + path)).status).toBe(404);
  }
  expect((await fetch(`${server.url}/api/payments`)).status).toBe(401);
});

test.each([
  '/api/docs/static/../x',
  '/api/docs/static/../../../../package.json',
  '/api/docs/static/%2e%2e/x',
  '/api/docs/..%2fx',
])('there is no file at %s', async (path) => {
  await using server = await startTestServer();
  const { hostname, port } = new URL(server.url);
  const socket = connect(Number(port), hostname);
  socket.write(`GET ${path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`);
  expect(await text(socket)).toMatch(/^HTTP\/1.1 404 /);
});
