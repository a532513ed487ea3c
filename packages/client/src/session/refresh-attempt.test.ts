import { expect, test } from 'vitest';
import { testTokens } from '../../testing/tokens.ts';
import { startWireServer } from '../../testing/wire-server.ts';
import { createClient } from '../index.ts';
import { attemptOfBrowser, attemptOfStore } from './refresh-attempt.ts';
import { memoryTokenStore } from './tokens.ts';

/** A browser's storage, or one that the browser blocks. */
function webStorage({ isBlocked = false } = {}) {
  const entries = new Map<string, string>();
  const storage = {
    getItem: (key: string) => entries.get(key) ?? null,
    setItem: (key: string, value: string) => void entries.set(key, value),
    removeItem: (key: string) => void entries.delete(key),
  };
  return () => {
    if (isBlocked) throw new DOMException('The operation is insecure.', 'SecurityError');
    return storage;
  };
}

test('the tabs of a browser share a key until the refresh is answered', async () => {
  const storage = webStorage();
  const tab = attemptOfBrowser(storage);
  const other = attemptOfBrowser(storage);
  const key = await tab.key();
  expect(key).toMatch(/^[0-9a-f]{32}$/);
  expect(await other.key()).toBe(key);
  expect(await attemptOfBrowser(storage).key()).toBe(key);
  tab.done();
  expect(await tab.key()).not.toBe(key);
});

test('a browser that blocks its storage keeps the key in memory', async () => {
  const attempt = attemptOfBrowser(webStorage({ isBlocked: true }));
  const key = await attempt.key();
  expect(await attempt.key()).toBe(key);
  attempt.done();
  expect(await attempt.key()).not.toBe(key);
});

test('clients that share a store have the same key for the same tokens', async () => {
  const store = memoryTokenStore();
  const [first, second] = [attemptOfStore(store), attemptOfStore(store)];
  store.save(testTokens(1));
  const key = await first.key();
  expect(await second.key()).toBe(key);
  store.save(testTokens(2));
  expect(await first.key()).not.toBe(key);
});

test('every try of a refresh sends the same key', async () => {
  let refreshes = 0;
  await using server = await startWireServer(({ path }) => {
    if (path !== 'auth.refresh') return { status: 401, reason: 'token_expired' };
    refreshes += 1;
    if (refreshes < 4) return 'cut';
    return { data: { ...testTokens(2), expiresAt: new Date(Date.now() + 900_000) } };
  });
  const tokens = memoryTokenStore();
  tokens.save(testTokens(1));
  await using client = createClient({ url: server.url, tokens });
  await client.api.auth.me.query().catch(() => {});
  const keys = server.calls.filter(({ path }) => path === 'auth.refresh').map((call) => call.idempotencyKey);
  expect(keys).toHaveLength(4);
  expect(new Set(keys).size).toBe(1);
  expect(keys[0]).not.toBeNull();
});
