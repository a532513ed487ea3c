import { startTestServer } from '@paydeck/server/testing';
import { skipWithoutChromium } from '@paydeck/server/testing/browser';
import { expect, test } from 'vitest';
import { startScript } from '../run-script.ts';
import { connectionSays, openDashboards } from './dashboard-page.ts';

/** `pnpm dev:page`, on a free port. */
function startDevelopmentPage(environment: Record<string, string>) {
  const vite = 'apps/dashboard/node_modules/vite/bin/vite.js';
  return startScript(vite, ['--port', '0', '--host', '127.0.0.1'], environment, { folder: 'apps/dashboard' });
}

test.for(['', '/pay/'])('`pnpm dev` serves the page with BASE_PATH "%s"', async (BASE_PATH, context) => {
  skipWithoutChromium(context);
  await using dashboard = await openDashboards();
  await using server = await startTestServer({ environment: { BASE_PATH } });
  const { port: PORT } = new URL(server.url);
  const development = startDevelopmentPage({ PORT, BASE_PATH });
  try {
    const url = (await development.printed(/http:\/\/127\.0\.0\.1:\d+[\w/]*/)).replace(/\/$/, '');
    expect(`${url}/`).toBe(`${new URL(url).origin}${BASE_PATH || '/'}`);
    const { page } = await dashboard.open(url, { path: '/payments' });
    await page.getByText('No payments yet').waitFor();
    // The session's cookie has the path of the server.
    await page.reload();
    await connectionSays(page, 'Live');
  } finally {
    await development.interrupt();
  }
});
