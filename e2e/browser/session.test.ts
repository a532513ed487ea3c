import { once } from 'node:events';
import { createServer, request } from 'node:http';
import { adminCredentials, startTestServer } from '@paydeck/server/testing';
import { skipWithoutChromium } from '@paydeck/server/testing/browser';
import { freePort } from '@paydeck/server/testing/free-port';
import { productionEnvironment } from '@paydeck/server/testing/production-environment';
import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { connectionSays, figure, fillSignIn, openDashboards, openTab } from './dashboard-page.ts';

/** Everything that a script in the page can read without a request. */
const readable = (page: Page) =>
  page.evaluate('JSON.stringify([document.cookie, { ...localStorage }, { ...sessionStorage }])');

test('a sign-in survives a reload and is shared by all tabs, and scripts can read no token', async (context) => {
  skipWithoutChromium(context);
  await using dashboard = await openDashboards();
  await using server = await startTestServer();
  const { page, problems } = await dashboard.open(server.url);
  expect(await readable(page)).toBe('["",{"paydeck.signed-in":"yes"},{}]');
  await page.reload();
  await connectionSays(page, 'Live');

  const other = await openTab(page, '/payments');
  await other.getByText('No payments yet').waitFor();
  await page.getByRole('button', { name: 'Account' }).click();
  await page.getByRole('menuitem', { name: 'Sign out' }).click();
  await page.getByRole('heading', { name: 'Sign in' }).waitFor();
  await other.getByText('Your session has ended').waitFor();
  await page.reload();
  await page.getByRole('heading', { name: 'Sign in' }).waitFor();
  // Signs nobody in: it only shows that this browser has signed in before.
  expect(await page.context().cookies()).toEqual([expect.objectContaining({ name: 'paydeck-device' })]);

  // After the sign-in, the tab shows the view that it showed before.
  await fillSignIn(other, adminCredentials);
  await other.getByText('No payments yet').waitFor();
  expect(problems).toEqual([]);
});

test('a wrong password, too many attempts and an unreachable server have different messages', async (context) => {
  skipWithoutChromium(context);
  await using dashboard = await openDashboards();
  const server = await startTestServer();
  const { page } = await dashboard.openPage(server.url);
  await page.goto(server.url);
  for (let n = 0; n < 10; n += 1) {
    await fillSignIn(page, { username: 'somebody', password: `wrong ${n}` });
    await page.getByRole('button', { name: 'Sign in', disabled: false }).waitFor();
    await page.getByRole('alert').getByText('The user name or password is wrong.').waitFor();
  }
  await fillSignIn(page, { username: 'somebody', password: 'wrong again' });
  await page.getByText(/Too many wrong passwords\. Try again in \d+/).waitFor();
  await fillSignIn(page, adminCredentials);
  await figure(page, 'Revenue').waitFor();
  await page.getByRole('button', { name: 'Account' }).click();
  await server[Symbol.asyncDispose]();
  await page.getByRole('menuitem', { name: 'Sign out' }).click();
  await page.getByText('but the server could not be reached to end your session').waitFor();
  await fillSignIn(page, adminCredentials);
  await page.getByText('The server can’t be reached').waitFor();
});

describe('in production', () => {
  const credentials = {
    username: productionEnvironment.ADMIN_USERNAME,
    password: productionEnvironment.ADMIN_PASSWORD,
  };

  test('over plain http the sign-in warns that it is not safe and will not last', async (context) => {
    skipWithoutChromium(context);
    await using dashboard = await openDashboards({ thisMachine: 'paydeck.example' });
    await using server = await startTestServer({ environment: productionEnvironment });
    const url = `http://paydeck.example:${new URL(server.url).port}`;
    const { page } = await dashboard.openPage(url);
    await page.goto(url);
    const warning = page.getByRole('alert').getByText('This connection is not encrypted.');
    await warning.waitFor();
    await fillSignIn(page, credentials);
    await connectionSays(page, 'Live');
    expect(await page.context().cookies()).toEqual([]);
    await page.reload();
    await warning.waitFor();
    await page.getByRole('heading', { name: 'Sign in' }).waitFor();
  });

  test('on the local machine a sign-in lasts, without a warning', async (context) => {
    skipWithoutChromium(context);
    await using dashboard = await openDashboards();
    await using server = await startTestServer({ environment: productionEnvironment });
    const { page } = await dashboard.open(server.url, { credentials });
    expect(await page.context().cookies()).toEqual([
      expect.objectContaining({ name: '__Host-paydeck-session', path: '/', httpOnly: true, secure: true }),
      expect.objectContaining({ name: '__Host-paydeck-device', path: '/', httpOnly: true, secure: true }),
    ]);
    await page.reload();
    await connectionSays(page, 'Live');
    await page.getByRole('button', { name: 'Account' }).click();
    await page.getByRole('menuitem', { name: 'Sign out' }).click();
    await page.getByRole('heading', { name: 'Sign in' }).waitFor();
    expect(await page.getByRole('alert').count()).toBe(0);
  });

  test('the sign-in explains what to do about a proxy that changes the Host header', async (context) => {
    skipWithoutChromium(context);
    await using dashboard = await openDashboards();
    await using server = await startTestServer({ environment: productionEnvironment });
    await using proxy = createServer((incoming, outgoing) => {
      const { method, url: path, headers } = incoming;
      const renamed = { ...headers, host: 'backend.internal' };
      const forwarded = request(server.url, { method, path, headers: renamed }, (reply) => {
        outgoing.writeHead(reply.statusCode ?? 0, reply.headers);
        reply.pipe(outgoing);
      });
      incoming.pipe(forwarded);
    });
    const port = await freePort();
    await once(proxy.listen(port, '127.0.0.1'), 'listening');
    const url = `http://127.0.0.1:${port}`;
    const { page } = await dashboard.openPage(url);
    await page.goto(url);
    await fillSignIn(page, credentials);
    await page.getByText('Make the proxy pass the Host header on unchanged').waitFor();
  });
});

test('the page loads from its own server only, and runs no injected script', async (context) => {
  skipWithoutChromium(context);
  await using dashboard = await openDashboards();
  await using server = await startTestServer();
  const { page } = await dashboard.open(server.url);
  const blocked = page.waitForEvent('console', (message) =>
    message.text().includes('Content Security Policy'),
  );
  await page.evaluate(`{
    const script = document.createElement('script');
    script.textContent = 'document.title = "taken over"';
    document.body.append(script);
  }`);
  await blocked;
  expect(await page.title()).toBe('Overview · Paydeck');
});
