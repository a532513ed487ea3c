import { expect, test } from 'vitest';
import { testTokens } from '../../testing/tokens.ts';
import { memoryTokenStore, parseTokens, webTokenStore } from './tokens.ts';

/** A `Storage` as browsers have it. */
function webStorage() {
  const entries = new Map<string, string>();
  return {
    getItem: (key: string) => entries.get(key) ?? null,
    setItem: (key: string, value: string) => void entries.set(key, value),
    removeItem: (key: string) => void entries.delete(key),
  };
}

test.each([
  ['memory', () => memoryTokenStore()],
  ['web storage', () => webTokenStore(webStorage())],
])('the %s store loads what was saved, and deletes it', async (_name, create) => {
  const store = create();
  expect(await store.load()).toBeNull();
  await store.save(testTokens(1));
  expect(await store.load()).toEqual(testTokens(1));
  await store.save(null);
  expect(await store.load()).toBeNull();
});

test('two stores on the same web storage share the tokens, unless their keys differ', async () => {
  const storage = webStorage();
  await webTokenStore(storage).save(testTokens(1));
  expect(await webTokenStore(storage).load()).toEqual(testTokens(1));
  expect(await webTokenStore(storage, 'other').load()).toBeNull();
});

test.each([
  ['nothing', null],
  ['broken JSON', '{"accessToken":'],
  ['another shape', '"token"'],
  ['null', 'null'],
  ['a missing field', JSON.stringify({ ...testTokens(1), refreshToken: undefined })],
  ['an invalid time', JSON.stringify({ ...testTokens(1), expiresAt: 'soon' })],
  ['an unknown role', JSON.stringify({ ...testTokens(1), user: { id: '1', username: 'a', role: 'root' } })],
])('%s is not read as tokens', (_what, json) => {
  expect(parseTokens(json)).toBeNull();
});
