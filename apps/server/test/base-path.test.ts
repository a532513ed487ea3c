import { createClient } from '@paydeck/client';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { ensurePageIsBuilt } from '../testing/built-page.ts';
import { startPathProxy } from '../testing/path-proxy.ts';
import { adminCredentials, startTestServer, type TestServer } from '../testing/start-test-server.ts';
import { post } from './plain-fetch.ts';

let server: TestServer;
let proxy: Awaited<ReturnType<typeof startPathProxy>>;
beforeAll(async () => {
  await ensurePageIsBuilt();
  server = await startTestServer({ environment: { BASE_PATH: '/pay/' } });
  proxy = await startPathProxy(new URL(server.url).origin, { path: '/pay' });
});
afterAll(async () => {
  await proxy[Symbol.asyncDispose]();
  await server[Symbol.asyncDispose]();
});

const html = { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' };
const signInOfPage = (headers: Record<string, string> = {}) =>
  post(adminCredentials, { 'x-paydeck-session': 'cookie', ...headers });

/** The addresses of all files that a page loads at once. */
const filesOf = (text: string, address: string) =>
  [...text.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, path = '']) => new URL(path, address).href);

describe.each([
  ['a proxy that leaves the path', () => server.url],
  ['a proxy that strips the path', () => proxy.url],
])('below %s', (_proxy, url) => {
  test('the page loads its files from below the path, at every depth', async () => {
    for (const [path, expected] of [
      ['/', 200],
      ['/payments?status=failed', 200],
      ['/nope', 404],
      ['/no/such/page', 404],
    ] as const) {
      const reply = await fetch(url() + path, { headers: html });
      expect([path, reply.status]).toEqual([path, expected]);
      const files = filesOf(await reply.text(), reply.url);
      expect(files.length).toBeGreaterThan(3);
      for (const file of files) {
        expect(file).toContain(`${url()}/assets/`);
        expect([file, (await fetch(file)).status]).toEqual([file, 200]);
      }
    }
  });

  test('a slash at the end of a view leads to the view', async () => {
    const { status, url: end } = await fetch(`${url()}/payments/?status=failed`);
    expect([status, end]).toEqual([200, `${url()}/payments?status=failed`]);
  });

  test('Swagger UI and the OpenAPI document name the path', async () => {
    const reply = await fetch(`${url()}/api/docs/`);
    expect(reply.status).toBe(200);
    for (const file of filesOf(await reply.text(), reply.url)) {
      expect(file).toContain(`${url()}/api/docs/`);
      expect([file, (await fetch(file)).status]).toEqual([file, 200]);
    }
    const document = await fetch(`${url()}/api/openapi.json`).then((answer) => answer.json());
    expect(document).toMatchObject({ servers: [{ url: '/pay' }] });
  });

  test('the session cookie has the path', async () => {
    const ofHttp = await fetch(`${url()}/trpc/auth.login`, signInOfPage());
    expect(ofHttp.headers.getSetCookie()[0]).toMatch(
      /^paydeck-session=[^;]+;.* Path=\/pay\/trpc; HttpOnly; SameSite/,
    );
    const ofHttps = await fetch(`${url()}/trpc/auth.login`, signInOfPage({ 'x-forwarded-proto': 'https' }));
    expect(ofHttps.headers.getSetCookie()[0]).toMatch(
      /^__Secure-paydeck-session=[^;]+;.* Path=\/pay\/trpc; HttpOnly; Secure; SameSite/,
    );
  });

  test('the client calls, and follows payments over ws', async () => {
    await using client = createClient({ url: url() });
    await client.signIn(adminCredentials);
    const seen: string[] = [];
    client.api.payments.onChange.subscribe(
      {},
      { onData: ({ data }) => void (data.type !== 'reset' && seen.push(data.payment.receiver)) },
    );
    await vi.waitFor(
      async () => {
        const payment = { amountMinor: 100, method: 'credit_card' as const, receiver: `Below ${url()}` };
        await client.api.payments.create.mutate(payment);
        expect(seen).toContain(payment.receiver);
      },
      { timeout: 60_000, interval: 500 },
    );
  });
});

test('the path without its slash leads to the page, and health is also at the root', async () => {
  const { url, redirected } = await fetch(`${server.url}?currency=USD`);
  expect([url, redirected]).toEqual([`${server.url}/?currency=USD`, true]);
  for (const root of [server.url, new URL(server.url).origin])
    expect((await fetch(`${root}/health/ready`)).status).toBe(200);
});
