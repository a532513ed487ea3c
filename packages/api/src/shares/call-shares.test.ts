import { expect, test, vi } from 'vitest';
import { createTestServices } from '../../testing/test-services.ts';
import { callsAtOncePerUser, createCallShares } from './call-shares.ts';

test('a user has a share of the calls that run, and other users have theirs', () => {
  const shares = createCallShares(2);
  const leave = [shares.enter('a'), shares.enter('a')];
  expect(() => shares.enter('a')).toThrow('at most 2 calls');
  shares.enter('b');
  leave[0]?.();
  shares.enter('a');
  expect(() => shares.enter('a')).toThrow('at most 2 calls');
});

test('a call is fresh until it has ended, or has run for a while', () => {
  vi.useFakeTimers({ toFake: ['performance'] });
  try {
    const shares = createCallShares();
    expect(shares.hasFreshCalls()).toBe(false);
    const leave = shares.enter('a');
    expect(shares.hasFreshCalls()).toBe(true);
    vi.advanceTimersByTime(50);
    expect(shares.hasFreshCalls()).toBe(false);
    shares.enter('b')();
    expect(shares.hasFreshCalls()).toBe(true);
    leave();
    expect(shares.hasFreshCalls()).toBe(false);
  } finally {
    vi.useRealTimers();
  }
});

test('calls beyond the share are refused with the time to wait, and a share is free again after the calls', async () => {
  await using run = await createTestServices();
  const { caller } = await run.signedIn('viewer');
  const call = () => caller.payments.list({ limit: 1 });
  const outcomes = await Promise.allSettled(Array.from({ length: callsAtOncePerUser + 5 }, call));
  const refused = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason] : []));
  expect(refused).toHaveLength(5);
  for (const error of refused)
    expect(error).toMatchObject({ reason: 'too_many_requests', retryAfterSeconds: 2 });
  expect(await call()).toMatchObject({ total: 0 });
});
