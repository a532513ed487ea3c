import { TRPCClientError } from '@trpc/client';
import { expect, test, vi } from 'vitest';
import { testTokens } from '../../testing/tokens.ts';
import { TransportError } from '../errors.ts';
import { createSession } from './session.ts';
import { memoryTokenStore, type Tokens } from './tokens.ts';

const start = Date.UTC(2026, 0, 1);
const minutes = 60_000;

/** A session with a store, a clock, and a `refresh` that the test answers. */
function setUp(stored: Tokens | null) {
  const store = memoryTokenStore();
  store.save(stored);
  const clock = { ms: start };
  const answers: PromiseWithResolvers<Tokens>[] = [];
  const refresh = vi.fn((_refreshToken: string) => {
    const answer = Promise.withResolvers<Tokens>();
    answers.push(answer);
    return answer.promise;
  });
  const session = createSession(store, refresh, () => clock.ms);
  /** Waits until the given refresh is sent, and resolves with its answer, which the test settles. */
  const refreshSent = (count: number) =>
    vi.waitFor(() => {
      const answer = answers[count - 1];
      if (answer === undefined) throw new Error(`Refresh ${count} was not sent.`);
      return answer;
    });
  return { session, store, clock, refresh, refreshSent };
}

const tokensFor = (n: number, lifeMs = 15 * minutes) => testTokens(n, start + lifeMs);
const refusal = (reason: string) =>
  new TRPCClientError(reason, {
    result: {
      error: { code: -32_001, message: reason, data: { code: 'UNAUTHORIZED', httpStatus: 401, reason } },
    },
  });

test('tokens that do not expire soon are not refreshed', async () => {
  const { session, refresh } = setUp(tokensFor(1));
  expect(await session.fresh()).toEqual(tokensFor(1));
  expect(refresh).not.toHaveBeenCalled();
});

test('twenty calls that find the token about to expire share one refresh', async () => {
  const { session, store, clock, refresh, refreshSent } = setUp(tokensFor(1));
  clock.ms = start + 15 * minutes - 29_000;
  const calls = Array.from({ length: 20 }, () => session.fresh());
  (await refreshSent(1)).resolve(tokensFor(2, 30 * minutes));
  for (const tokens of await Promise.all(calls)) expect(tokens?.accessToken).toBe('access-2');
  expect(refresh).toHaveBeenCalledExactlyOnceWith('refresh-1');
  expect(await store.load()).toEqual(tokensFor(2, 30 * minutes));
});

test('calls that are refused at different times for the same token share one refresh', async () => {
  const { session, refresh, refreshSent } = setUp(tokensFor(1));
  const early = session.recover('access-1', refusal('token_expired'));
  (await refreshSent(1)).resolve(tokensFor(2));
  expect(await early).toBe(true);
  expect(await session.recover('access-1', refusal('token_expired'))).toBe(true);
  expect(refresh).toHaveBeenCalledTimes(1);
});

test('tokens that another tab has saved are used instead of a refresh', async () => {
  const { session, store, refresh } = setUp(tokensFor(1));
  await session.load();
  await store.save(tokensFor(2));
  expect(await session.recover('access-1', refusal('token_expired'))).toBe(true);
  expect(session.current()?.accessToken).toBe('access-2');
  expect(refresh).not.toHaveBeenCalled();
});

test('stale tokens that another tab has saved are refreshed', async () => {
  const { session, store, clock, refresh, refreshSent } = setUp(tokensFor(1, 1 * minutes));
  await session.load();
  await store.save(tokensFor(2, 2 * minutes));
  clock.ms = start + 3 * minutes;
  const call = session.fresh();
  (await refreshSent(1)).resolve(tokensFor(3, 20 * minutes));
  expect((await call)?.accessToken).toBe('access-3');
  expect(refresh).toHaveBeenCalledExactlyOnceWith('refresh-2');
});

test('a sign-out in another tab signs this one out at its next refresh', async () => {
  const { session, store, refresh } = setUp(tokensFor(1));
  await session.load();
  await store.save(null);
  expect(await session.recover('access-1', refusal('token_expired'))).toBe(false);
  expect(session.user.get()).toBeNull();
  expect(refresh).not.toHaveBeenCalled();
});

test('a refused refresh deletes the tokens, and every waiting call rejects with its error', async () => {
  const { session, store, refreshSent } = setUp(tokensFor(1));
  const calls = [1, 2, 3].map(() => session.recover('access-1', refusal('token_expired')));
  const ended = refusal('session_ended');
  (await refreshSent(1)).reject(ended);
  for (const call of await Promise.allSettled(calls))
    expect(call).toEqual({ status: 'rejected', reason: ended });
  expect(await store.load()).toBeNull();
  expect(session.user.get()).toBeNull();
});

test('when another tab has refreshed first, its tokens are used', async () => {
  const { session, store, refreshSent } = setUp(tokensFor(1));
  const call = session.recover('access-1', refusal('token_expired'));
  const answer = await refreshSent(1);
  await store.save(tokensFor(2));
  answer.reject(refusal('session_ended'));
  expect(await call).toBe(true);
  expect(session.current()?.accessToken).toBe('access-2');
});

test('after an admin became a viewer, a refused call updates the role and is not sent again', async () => {
  const { session, refreshSent, refresh } = setUp({
    ...tokensFor(1),
    user: { ...tokensFor(1).user, role: 'admin' },
  });
  const call = session.recover('access-1', refusal('forbidden'));
  (await refreshSent(1)).resolve({ ...tokensFor(2), user: { ...tokensFor(2).user, role: 'viewer' } });
  expect(await call).toBe(false);
  expect(session.user.get()?.role).toBe('viewer');
  expect(await session.recover('access-2', refusal('forbidden'))).toBe(false);
  expect(refresh).toHaveBeenCalledTimes(1);
});

test('a refresh that fails on the network keeps the tokens, and the next call refreshes again', async () => {
  const { session, store, refreshSent } = setUp(tokensFor(1));
  const call = session.recover('access-1', refusal('token_expired'));
  (await refreshSent(1)).reject(new TransportError('The server is unreachable.', null));
  await expect(call).rejects.toThrow('unreachable');
  expect(await store.load()).toEqual(tokensFor(1));
  const again = session.recover('access-1', refusal('token_expired'));
  (await refreshSent(2)).resolve(tokensFor(2));
  expect(await again).toBe(true);
});

test('while the server is away a token is used until it expires', async () => {
  const { session, clock, refreshSent } = setUp(tokensFor(1));
  const down = new TransportError('The server is unreachable.', null);
  clock.ms = start + 15 * minutes - 10_000;
  const inTime = session.fresh();
  (await refreshSent(1)).reject(down);
  expect((await inTime)?.accessToken).toBe('access-1');
  clock.ms = start + 15 * minutes;
  const late = session.fresh();
  (await refreshSent(2)).reject(down);
  await expect(late).rejects.toBe(down);
});

test('a sign-in as another user during a refresh wins', async () => {
  const { session, store, refreshSent } = setUp(tokensFor(1));
  const call = session.recover('access-1', refusal('token_expired'));
  const answer = await refreshSent(1);
  const other = testTokens(7, start + 15 * minutes, 'user-2');
  await session.replace(other);
  answer.resolve(tokensFor(2));
  await call;
  expect(session.current()).toEqual(other);
  expect(await store.load()).toEqual(other);
});

test('a sign-out during a refresh wins', async () => {
  const { session, store, refreshSent } = setUp(tokensFor(1));
  const call = session.recover('access-1', refusal('token_expired'));
  const answer = await refreshSent(1);
  await session.replace(null);
  answer.resolve(tokensFor(2));
  expect(await call).toBe(false);
  expect(await store.load()).toBeNull();
});

test('the tokens of an ended session are deleted without a refresh', async () => {
  const { session, store, refresh } = setUp(tokensFor(1));
  expect(await session.recover('access-1', refusal('session_ended'))).toBe(false);
  expect(await store.load()).toBeNull();
  expect(refresh).not.toHaveBeenCalled();
});

test.each(['invalid_credentials', 'not_signed_in'])(
  'a refusal with %s does not change the tokens',
  async (reason) => {
    const { session, store, refresh } = setUp(tokensFor(1));
    expect(await session.recover('access-1', refusal(reason))).toBe(false);
    expect(await store.load()).toEqual(tokensFor(1));
    expect(refresh).not.toHaveBeenCalled();
  },
);

test('when the clock is ahead of the server’s, not every call refreshes', async () => {
  const { session, clock, refresh, refreshSent } = setUp(tokensFor(1));
  clock.ms = start + 60 * minutes;
  const first = session.fresh();
  (await refreshSent(1)).resolve(tokensFor(2, 16 * minutes));
  expect((await first)?.accessToken).toBe('access-2');
  expect((await session.fresh())?.accessToken).toBe('access-2');
  expect(refresh).toHaveBeenCalledTimes(1);
});

test('a token that lives for seconds is not refreshed at once', async () => {
  const { session, clock, refresh, refreshSent } = setUp(null);
  await session.replace(tokensFor(1, 8_000));
  clock.ms = start + 5_900;
  expect((await session.fresh())?.accessToken).toBe('access-1');
  expect(refresh).not.toHaveBeenCalled();
  clock.ms = start + 6_000;
  const call = session.fresh();
  (await refreshSent(1)).resolve(tokensFor(2, 16_000));
  expect((await call)?.accessToken).toBe('access-2');
});

test('listeners are called when the user changes, not at each refresh', async () => {
  const { session, refreshSent } = setUp(tokensFor(1));
  const seen: (string | null)[] = [];
  session.user.subscribe(() => seen.push(session.user.get()?.id ?? null));
  await session.load();
  const call = session.recover('access-1', refusal('token_expired'));
  (await refreshSent(1)).resolve(tokensFor(2));
  await call;
  await session.replace(null);
  expect(seen).toEqual(['user-1', null]);
});
