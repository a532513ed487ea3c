import { TRPCClientError } from '@trpc/client';
import { expect, test, vi } from 'vitest';
import { testTokens } from '../../testing/tokens.ts';
import { TransportError } from '../errors.ts';
import { createSession } from './session.ts';
import { memoryTokenStore, type Tokens } from './tokens.ts';

const start = Date.UTC(2026, 0, 1);
const minutes = 60_000;

/** A session over a store, with a clock and a `refresh` whose answers the test gives. */
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
  /** The pending answer of the given refresh, once it was sent. */
  const asked = (count: number) =>
    vi.waitFor(() => {
      const answer = answers[count - 1];
      if (answer === undefined) throw new Error(`Refresh ${count} was not sent.`);
      return answer;
    });
  return { session, store, clock, refresh, asked };
}

const tokensFor = (n: number, lifeMs = 15 * minutes) => testTokens(n, start + lifeMs);
const refusal = (reason: string) =>
  new TRPCClientError(reason, {
    result: {
      error: { code: -32_001, message: reason, data: { code: 'UNAUTHORIZED', httpStatus: 401, reason } },
    },
  });

test('tokens far from their end are used as they are', async () => {
  const { session, refresh } = setUp(tokensFor(1));
  expect(await session.fresh()).toEqual(tokensFor(1));
  expect(refresh).not.toHaveBeenCalled();
});

test('twenty calls that find the token about to expire share one refresh', async () => {
  const { session, store, clock, refresh, asked } = setUp(tokensFor(1));
  clock.ms = start + 15 * minutes - 29_000;
  const calls = Array.from({ length: 20 }, () => session.fresh());
  (await asked(1)).resolve(tokensFor(2, 30 * minutes));
  for (const tokens of await Promise.all(calls)) expect(tokens?.accessToken).toBe('access-2');
  expect(refresh).toHaveBeenCalledExactlyOnceWith('refresh-1');
  expect(await store.load()).toEqual(tokensFor(2, 30 * minutes));
});

test('calls refused at different times for the same token share one refresh', async () => {
  const { session, refresh, asked } = setUp(tokensFor(1));
  const early = session.recover('access-1', refusal('token_expired'));
  (await asked(1)).resolve(tokensFor(2));
  expect(await early).toBe(true);
  expect(await session.recover('access-1', refusal('token_expired'))).toBe(true);
  expect(refresh).toHaveBeenCalledTimes(1);
});

test('tokens that another tab has saved meanwhile are used instead of refreshing', async () => {
  const { session, store, refresh } = setUp(tokensFor(1));
  await session.load();
  await store.save(tokensFor(2));
  expect(await session.recover('access-1', refusal('token_expired'))).toBe(true);
  expect(session.current()?.accessToken).toBe('access-2');
  expect(refresh).not.toHaveBeenCalled();
});

test('tokens that another tab has saved, and that have aged as well, are refreshed', async () => {
  const { session, store, clock, refresh, asked } = setUp(tokensFor(1, 1 * minutes));
  await session.load();
  await store.save(tokensFor(2, 2 * minutes));
  clock.ms = start + 3 * minutes;
  const call = session.fresh();
  (await asked(1)).resolve(tokensFor(3, 20 * minutes));
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

test('a refused refresh forgets the tokens, and every waiting call fails with its error', async () => {
  const { session, store, asked } = setUp(tokensFor(1));
  const calls = [1, 2, 3].map(() => session.recover('access-1', refusal('token_expired')));
  const ended = refusal('session_ended');
  (await asked(1)).reject(ended);
  for (const call of await Promise.allSettled(calls))
    expect(call).toEqual({ status: 'rejected', reason: ended });
  expect(await store.load()).toBeNull();
  expect(session.user.get()).toBeNull();
});

test('a refresh refused because another tab was faster goes on with that tab’s tokens', async () => {
  const { session, store, asked } = setUp(tokensFor(1));
  const call = session.recover('access-1', refusal('token_expired'));
  const answer = await asked(1);
  await store.save(tokensFor(2));
  answer.reject(refusal('session_ended'));
  expect(await call).toBe(true);
  expect(session.current()?.accessToken).toBe('access-2');
});

test('an admin who is refused as a viewer learns to be one, and the call is not sent again', async () => {
  const { session, asked, refresh } = setUp({
    ...tokensFor(1),
    user: { ...tokensFor(1).user, role: 'admin' },
  });
  const call = session.recover('access-1', refusal('forbidden'));
  (await asked(1)).resolve({ ...tokensFor(2), user: { ...tokensFor(2).user, role: 'viewer' } });
  expect(await call).toBe(false);
  expect(session.user.get()?.role).toBe('viewer');
  expect(await session.recover('access-2', refusal('forbidden'))).toBe(false);
  expect(refresh).toHaveBeenCalledTimes(1);
});

test('a refresh that fails on the network keeps the tokens, and the next call tries again', async () => {
  const { session, store, asked } = setUp(tokensFor(1));
  const call = session.recover('access-1', refusal('token_expired'));
  (await asked(1)).reject(new TransportError('The server is unreachable.', null));
  await expect(call).rejects.toThrow('unreachable');
  expect(await store.load()).toEqual(tokensFor(1));
  const again = session.recover('access-1', refusal('token_expired'));
  (await asked(2)).resolve(tokensFor(2));
  expect(await again).toBe(true);
});

test('while the server is away a token is used up to its end, and not beyond', async () => {
  const { session, clock, asked } = setUp(tokensFor(1));
  const down = new TransportError('The server is unreachable.', null);
  clock.ms = start + 15 * minutes - 10_000;
  const inTime = session.fresh();
  (await asked(1)).reject(down);
  expect((await inTime)?.accessToken).toBe('access-1');
  clock.ms = start + 15 * minutes;
  const late = session.fresh();
  (await asked(2)).reject(down);
  await expect(late).rejects.toBe(down);
});

test('signing in as someone else during a refresh wins over the refresh', async () => {
  const { session, store, asked } = setUp(tokensFor(1));
  const call = session.recover('access-1', refusal('token_expired'));
  const answer = await asked(1);
  const other = testTokens(7, start + 15 * minutes, 'user-2');
  await session.replace(other);
  answer.resolve(tokensFor(2));
  await call;
  expect(session.current()).toEqual(other);
  expect(await store.load()).toEqual(other);
});

test('signing out during a refresh wins over the refresh', async () => {
  const { session, store, asked } = setUp(tokensFor(1));
  const call = session.recover('access-1', refusal('token_expired'));
  const answer = await asked(1);
  await session.replace(null);
  answer.resolve(tokensFor(2));
  expect(await call).toBe(false);
  expect(await store.load()).toBeNull();
});

test('an ended session is forgotten without a refresh', async () => {
  const { session, store, refresh } = setUp(tokensFor(1));
  expect(await session.recover('access-1', refusal('session_ended'))).toBe(false);
  expect(await store.load()).toBeNull();
  expect(refresh).not.toHaveBeenCalled();
});

test.each(['invalid_credentials', 'not_signed_in'])(
  'a 401 for %s says nothing about the tokens',
  async (reason) => {
    const { session, store, refresh } = setUp(tokensFor(1));
    expect(await session.recover('access-1', refusal(reason))).toBe(false);
    expect(await store.load()).toEqual(tokensFor(1));
    expect(refresh).not.toHaveBeenCalled();
  },
);

test('a clock that runs ahead of the server’s does not refresh before each call', async () => {
  const { session, clock, refresh, asked } = setUp(tokensFor(1));
  clock.ms = start + 60 * minutes;
  const first = session.fresh();
  (await asked(1)).resolve(tokensFor(2, 16 * minutes));
  expect((await first)?.accessToken).toBe('access-2');
  expect((await session.fresh())?.accessToken).toBe('access-2');
  expect(refresh).toHaveBeenCalledTimes(1);
});

test('a token that lives for seconds is not refreshed as soon as it arrives', async () => {
  const { session, clock, refresh, asked } = setUp(null);
  await session.replace(tokensFor(1, 8_000));
  clock.ms = start + 5_900;
  expect((await session.fresh())?.accessToken).toBe('access-1');
  expect(refresh).not.toHaveBeenCalled();
  clock.ms = start + 6_000;
  const call = session.fresh();
  (await asked(1)).resolve(tokensFor(2, 16_000));
  expect((await call)?.accessToken).toBe('access-2');
});

test('who is signed in is told once per change of user, not once per refresh', async () => {
  const { session, asked } = setUp(tokensFor(1));
  const seen: (string | null)[] = [];
  session.user.subscribe(() => seen.push(session.user.get()?.id ?? null));
  await session.load();
  const call = session.recover('access-1', refusal('token_expired'));
  (await asked(1)).resolve(tokensFor(2));
  await call;
  await session.replace(null);
  expect(seen).toEqual(['user-1', null]);
});
