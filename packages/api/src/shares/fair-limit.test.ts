import { setImmediate as nextTurn } from 'node:timers/promises';
import { CallerLeftError } from '@paydeck/db/connection';
import { expect, test } from 'vitest';
import { createFairLimit } from './fair-limit.ts';

const never = new AbortController().signal;

test('owners take turns, and no more pieces run at once than allowed', async () => {
  const limit = createFairLimit({ concurrency: 2, restRatio: 0 });
  let running = 0;
  const order: string[] = [];
  const work = (owner: string) => async () => {
    running += 1;
    expect(running).toBeLessThanOrEqual(2);
    order.push(owner);
    await nextTurn();
    running -= 1;
  };
  const owners = ['a', 'a', 'a', 'a', 'a', 'a', 'b', 'c'];
  await Promise.all(owners.map((owner) => limit.run(owner, work(owner), never)));
  expect(order).toHaveLength(owners.length);
  expect(order.slice(0, 5)).toEqual(expect.arrayContaining(['b', 'c']));
});

test('work that fails frees its place, and work that nobody wants never begins', async () => {
  const limit = createFairLimit({ concurrency: 1, restRatio: 0 });
  const failing = limit.run('a', () => Promise.reject(new Error('failed')), never);
  const left = new AbortController();
  const begun: string[] = [];
  const unwanted = limit.run('a', async () => begun.push('unwanted'), left.signal);
  left.abort();
  await expect(failing).rejects.toThrow('failed');
  await expect(unwanted).rejects.toBeInstanceOf(CallerLeftError);
  expect(await limit.run('a', async () => 'next', never)).toBe('next');
  expect(begun).toEqual([]);
});
