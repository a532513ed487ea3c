import { expect, test } from 'vitest';
import { callsPerSecond, measureInTurns, median, percentile, type Subject } from './measure.ts';

test('the median is the middle value, or the mean of the two middle values', () => {
  expect(median([9, 1, 5])).toBe(5);
  expect(median([4, 1, 3, 2])).toBe(2.5);
});

test('a percentile is one of the values, by nearest rank', () => {
  const hundred = Array.from({ length: 100 }, (_, i) => 100 - i);
  expect(percentile(hundred, 0.5)).toBe(50);
  expect(percentile(hundred, 0.99)).toBe(99);
  expect(percentile([3, 1, 2], 0.99)).toBe(3);
  expect(percentile([7], 0)).toBe(7);
  expect(percentile([], 0.5)).toBeNaN();
});

test('each client has one call running, and every answered call counts', async () => {
  let running = 0;
  let most = 0;
  let answered = 0;
  const startedAt = performance.now();
  const rate = await callsPerSecond({ clients: 3, seconds: 0.05 }, async () => {
    running += 1;
    most = Math.max(most, running);
    await new Promise((resolve) => setImmediate(resolve));
    running -= 1;
    answered += 1;
  });
  expect(most).toBe(3);
  expect(rate).toBeGreaterThanOrEqual(answered / ((performance.now() - startedAt) / 1_000));
});

test('subjects are measured in alternating order until the run is interrupted', async () => {
  const interruption = new AbortController();
  const order: string[] = [];
  const subject = (name: string, rate: number): Subject => ({
    name,
    measure: async () => {
      order.push(name);
      return rate;
    },
  });
  const load = { clients: 1, seconds: 1, rounds: 3, signal: interruption.signal, progress: () => {} };
  const rates = await measureInTurns([subject('a', 1), subject('b', 2)], load);
  expect(order).toEqual(['a', 'b', 'b', 'a', 'a', 'b']);
  expect(rates.get('b')).toEqual([2, 2, 2]);

  interruption.abort(new Error('Ctrl-C'));
  await expect(measureInTurns([subject('a', 1)], load)).rejects.toThrow('Ctrl-C');
});
