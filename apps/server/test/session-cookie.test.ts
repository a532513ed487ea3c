import { createClient, reasonOf } from '@paydeck/client';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { productionEnvironment } from '../testing/production-environment.ts';
import { adminCredentials, startTestServer, type TestServer } from '../testing/start-test-server.ts';
import { bearer, post, type Reply, send } from './plain-fetch.ts';

const listed = 'https://dashboard.example';
const asked = { 'x-paydeck-session': 'cookie' };

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer({ environment: { CORS_ORIGIN: listed } });
});
afterAll(() => server[Symbol.asyncDispose]());

const signedIn = z.object({
  result: z.object({
    data: z.object({ json: z.object({ accessToken: z.string().min(1), refreshToken: z.string() }) }),
  }),
});
const tokensIn = ({ body }: Reply) => signedIn.parse(body).result.data.json;
const reasonIn = ({ body }: Reply) =>
  z.object({ error: z.object({ json: z.object({ data: z.object({ reason: z.string() }) }) }) }).parse(body)
    .error.json.data.reason;

const call = (path: string, body: unknown, headers: Record<string, string> = asked) =>
  send(`${server.url}/trpc/${path}`, post(body, headers));
const login = (headers: Record<string, string> = asked) => call('auth.login', adminCredentials, headers);

/** The `Cookie` header that a browser would send after a reply. */
function cookieOf({ headers }: Reply): { cookie: string } {
  return { cookie: headers.getSetCookie()[0]?.split(';')[0] ?? '' };
}

describe('a caller that asks for a cookie', () => {
  test('gets its refresh token only in the cookie, which scripts and other sites can’t read', async () => {
    const reply = await login();
    expect(reply.headers.getSetCookie()).toEqual([
      expect.stringMatching(
        /^paydeck-session=[\w-]{43}; Max-Age=2592000; Path=\/trpc; HttpOnly; SameSite=Strict$/,
      ),
      expect.stringMatching(
        /^paydeck-device=[\w.-]+; Max-Age=15552000; Path=\/trpc; HttpOnly; SameSite=Strict$/,
      ),
    ]);
    const { cookie } = cookieOf(reply);
    const token = cookie.split('=')[1] ?? '';
    expect(reply.text).not.toContain(token);
    expect(reply.headers.get('cache-control')).toBe('no-store');
    expect(tokensIn(reply).refreshToken).toBe('');
  });

  test('refreshes with the cookie, and gets the next refresh token in the cookie', async () => {
    const first = await login();
    const second = await call('auth.refresh', {}, { ...asked, ...cookieOf(first) });
    expect(tokensIn(second).refreshToken).toBe('');
    expect(cookieOf(second).cookie).toMatch(/^paydeck-session=[\w-]{43}$/);
    expect(cookieOf(second)).not.toEqual(cookieOf(first));
    const me = await send(`${server.url}/trpc/auth.me`, { headers: bearer(tokensIn(second).accessToken) });
    expect(me.status).toBe(200);
  });

  test('signs out, which removes the cookie and ends the session', async () => {
    const signedIn = await login();
    const { accessToken } = tokensIn(signedIn);
    const out = await call('auth.logout', undefined, { ...asked, ...bearer(accessToken) });
    expect(out.status).toBe(200);
    expect(out.headers.getSetCookie()[0]).toMatch(
      /^paydeck-session=; .*(Max-Age=0|Expires=Thu, 01 Jan 1970)/,
    );
    const again = await call('auth.refresh', {}, { ...asked, ...cookieOf(signedIn) });
    expect([again.status, reasonIn(again)]).toEqual([401, 'session_ended']);
    expect(again.headers.getSetCookie()[0]).toMatch(/^paydeck-session=; /);
  });

  test('signs in while its browser still has a session, which ends that session', async () => {
    const [first, other] = [await login(), await login()];
    const second = await call('auth.login', adminCredentials, { ...asked, ...cookieOf(first) });
    const statusOf = async (reply: Reply) => {
      const headers = bearer(tokensIn(reply).accessToken);
      return (await send(`${server.url}/trpc/auth.me`, { headers })).status;
    };
    expect(await Promise.all([first, other, second].map(statusOf))).toEqual([401, 200, 200]);
    const again = await call('auth.refresh', {}, { ...asked, ...cookieOf(first) });
    expect([again.status, reasonIn(again)]).toEqual([401, 'session_ended']);

    const refused = await call(
      'auth.login',
      { ...adminCredentials, password: 'wrong' },
      { ...asked, ...cookieOf(second) },
    );
    expect(refused.status).toBe(401);
    expect(await statusOf(second)).toBe(200);
  });

  test('is not signed in without a cookie', async () => {
    const reply = await call('auth.refresh', {});
    expect([reply.status, reasonIn(reply)]).toEqual([401, 'not_signed_in']);
  });

  test.each(['https://evil.example', 'null'])(
    'from a page of %s is refused, and nothing is set',
    async (origin) => {
      const { cookie } = cookieOf(await login());
      expect(cookie).not.toBe('');
      for (const reply of [
        await login({ ...asked, origin }),
        await call('auth.refresh', {}, { ...asked, origin, cookie }),
      ]) {
        expect([reply.status, reasonIn(reply)]).toEqual([403, 'forbidden']);
        expect(reply.headers.getSetCookie()).toEqual([]);
      }
      // The cookie was refused before it was used, so it still works for its own page.
      expect((await call('auth.refresh', {}, { ...asked, cookie })).status).toBe(200);
    },
  );

  test('may be the server’s own page or a page of a listed origin, which CORS allows to send the header', async () => {
    expect((await login({ ...asked, origin: server.url })).status).toBe(200);
    expect((await login({ ...asked, origin: listed })).headers.get('access-control-allow-credentials')).toBe(
      'true',
    );
    const preflight = await send(`${server.url}/trpc/auth.login`, {
      method: 'OPTIONS',
      headers: {
        origin: listed,
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'x-paydeck-session',
      },
    });
    expect(preflight.headers.get('access-control-allow-headers')).toContain('X-Paydeck-Session');
  });
});

describe('a caller that does not ask for a cookie', () => {
  test('gets the refresh token in the answer, without a cookie', async () => {
    const reply = await login({});
    expect(tokensIn(reply).refreshToken).toMatch(/^[\w-]{43}$/);
    expect(reply.headers.getSetCookie()).toEqual([]);
  });

  test('can’t refresh with a cookie that its browser sends', async () => {
    const { cookie } = cookieOf(await login());
    const reply = await call('auth.refresh', {}, { cookie });
    expect([reply.status, reasonIn(reply)]).toEqual([400, 'invalid_input']);
    expect(reply.headers.getSetCookie()).toEqual([]);
  });
});

test.each(['http', 'http, https', 'httpsx'])(
  'behind a proxy that got %j, the cookie is that of http',
  async (schemes) => {
    const reply = await login({ ...asked, 'x-forwarded-proto': schemes });
    expect(reply.headers.getSetCookie()[0]).toMatch(
      /^paydeck-session=[^;]+; Max-Age=\d+; Path=\/trpc; HttpOnly; SameSite=Strict$/,
    );
  },
);

test.each([
  ['in production', productionEnvironment, {}],
  ['behind a proxy with TLS', {}, { 'x-forwarded-proto': 'https' }],
  ['behind two proxies, the first with TLS', {}, { 'x-forwarded-proto': 'HTTPS, http' }],
])('%s, the cookie is sent over https only', async (_where, environment, headers) => {
  await using other = await startTestServer({ environment });
  const credentials = {
    username: other.config.firstAdmin.username,
    password: other.config.firstAdmin.password,
  };
  const ask = (path: string, body: unknown, more: Record<string, string>) =>
    send(`${other.url}/trpc/${path}`, post(body, { ...asked, ...headers, ...more }));
  const reply = await ask('auth.login', credentials, {});
  expect(reply.headers.getSetCookie()).toEqual([
    expect.stringMatching(
      /^__Host-paydeck-session=[\w-]{43}; Max-Age=2592000; Path=\/; HttpOnly; Secure; SameSite=Strict$/,
    ),
    expect.stringMatching(
      /^__Host-paydeck-device=[\w.-]+; Max-Age=15552000; Path=\/; HttpOnly; Secure; SameSite=Strict$/,
    ),
  ]);
  const { cookie } = cookieOf(reply);
  // A cookie that a sibling host could set.
  const planted = await ask('auth.refresh', {}, { cookie: cookie.replace('__Host-', '') });
  expect([planted.status, reasonIn(planted)]).toEqual([401, 'not_signed_in']);
  const refreshed = await ask('auth.refresh', {}, { cookie });
  expect(refreshed.status).toBe(200);
  const { accessToken } = tokensIn(refreshed);
  const out = await ask('auth.logout', undefined, { ...bearer(accessToken), ...cookieOf(refreshed) });
  expect(out.headers.getSetCookie()[0]).toMatch(
    /^__Host-paydeck-session=; .*Path=\/; Expires=Thu, 01 Jan 1970 00:00:00 GMT; HttpOnly; Secure; SameSite=Strict$/,
  );
});

/** `fetch` with one cookie jar, as the tabs of a browser share it. */
function browserFetch(): { fetch: typeof fetch; requests: string[] } {
  let cookie = '';
  const requests: string[] = [];
  return {
    requests,
    fetch: async (input, init) => {
      requests.push(new URL(String(input)).pathname);
      const response = await fetch(input, {
        ...init,
        headers: { ...Object.fromEntries(new Headers(init?.headers)), cookie },
      });
      cookie = response.headers.getSetCookie()[0]?.split(';')[0] ?? cookie;
      return response;
    },
  };
}

const openTab = (jar: ReturnType<typeof browserFetch>) =>
  createClient({ url: server.url, session: 'cookie', fetch: jar.fetch });

describe('the client with `session: cookie`', () => {
  test('continues the session of another page, and has no refresh token in memory', async () => {
    const jar = browserFetch();
    await using first = openTab(jar);
    await first.signIn(adminCredentials);
    await using second = openTab(jar);
    expect(await second.session.load()).toMatchObject({ username: 'admin' });
    expect(await second.api.auth.me.query()).toMatchObject({ username: 'admin' });
  });

  test('is signed out without a session, after one request', async () => {
    const jar = browserFetch();
    await using tab = openTab(jar);
    expect(await Promise.all([tab.session.load(), tab.session.load()])).toEqual([null, null]);
    expect(jar.requests).toEqual(['/trpc/auth.refresh']);
    expect(reasonOf(await tab.api.auth.me.query().catch((error: unknown) => error))).toBe('not_signed_in');
  });

  test('keeps six tabs signed in that open at the same time, again and again', async () => {
    const jar = browserFetch();
    await using first = openTab(jar);
    await first.signIn(adminCredentials);
    for (let round = 0; round < 3; round += 1) {
      const tabs = Array.from({ length: 6 }, () => openTab(jar));
      const users = await Promise.all(tabs.map((tab) => tab.session.load()));
      expect(users.map((user) => user?.username)).toEqual(tabs.map(() => 'admin'));
      await Promise.all(tabs.map((tab) => tab.close()));
    }
    expect(await first.api.auth.me.query()).toMatchObject({ username: 'admin' });
  });

  test('signs out all tabs when one signs out', async () => {
    const jar = browserFetch();
    await using first = openTab(jar);
    await using second = openTab(jar);
    await first.signIn(adminCredentials);
    await second.session.load();
    expect(await first.signOut()).toEqual({ endedOnServer: true });
    expect(reasonOf(await second.api.auth.me.query().catch((error: unknown) => error))).toBe('session_ended');
    expect(second.session.user).toBeNull();
    await using third = openTab(jar);
    expect(await third.session.load()).toBeNull();
  });
});
