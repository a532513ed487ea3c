import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { watchPace } from './reader-pace.ts';

beforeEach(() => void vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'performance'] }));
afterEach(() => void vi.useRealTimers());

const pace = { minBytesPerSecond: 64_000, windowMs: 30_000 };

/** A client that takes a chunk, for which it needs some time, again and again. Returns after how long it was cut. */
function readFor(
  totalMs: number,
  { bytes, takesMs, idleMs = 0 }: { bytes: number; takesMs: number; idleMs?: number },
  minBytesPerSecond = pace.minBytesPerSecond,
): number | null {
  const startedAt = performance.now();
  let cutAfterMs: number | null = null;
  const watch = watchPace({ ...pace, minBytesPerSecond }, () => {
    cutAfterMs = performance.now() - startedAt;
  });
  while (performance.now() - startedAt < totalMs) {
    const onTaken = watch.give(bytes);
    vi.advanceTimersByTime(takesMs);
    onTaken();
    vi.advanceTimersByTime(idleMs);
  }
  watch.stop();
  return cutAfterMs;
}

test('a client that reads in bursts is cut when it is too slow on average', () => {
  expect(readFor(120_000, { bytes: 65_536, takesMs: 6_500 })).toBeLessThan(33_000);
  expect(readFor(120_000, { bytes: 65_536, takesMs: 1_100 })).toBeLessThan(33_000);
});

test('a client that stops reading is cut', () => {
  expect(readFor(60_000, { bytes: 65_536, takesMs: 60_000 })).toBeLessThan(33_000);
});

test('what a client took at once, such as the buffers of the system, does not count later', () => {
  const onSlow = vi.fn();
  const watch = watchPace(pace, onSlow);
  watch.give(100_000_000)();
  watch.give(65_536);
  vi.advanceTimersByTime(29_000);
  expect(onSlow).not.toHaveBeenCalled();
  vi.advanceTimersByTime(3_000);
  expect(onSlow).toHaveBeenCalledOnce();
});

test('a client that is fast enough is never cut', () => {
  expect(readFor(600_000, { bytes: 65_536, takesMs: 900 })).toBeNull();
});

test('the time in which nothing waits for the client does not count', () => {
  expect(readFor(600_000, { bytes: 65_536, takesMs: 100, idleMs: 10_000 })).toBeNull();
});

test('without a least speed, only a client that takes nothing is cut', () => {
  expect(readFor(600_000, { bytes: 1, takesMs: 20_000 }, 0)).toBeNull();
  expect(readFor(60_000, { bytes: 1, takesMs: 60_000 }, 0)).toBeLessThan(33_000);
});
