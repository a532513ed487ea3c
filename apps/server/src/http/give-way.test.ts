import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';
import { expect, test, vi } from 'vitest';
import { createGiveWay } from './give-way.ts';

const megabyte = 1024 * 1024;

test('without calls, everything has its turn at once', async () => {
  const giveWay = createGiveWay(() => false, 1);
  for (let n = 0; n < 100; n++) await giveWay.turn(megabyte);
});

test('while calls run, all work together gets its bytes per second', async () => {
  vi.useFakeTimers({ toFake: ['performance'] });
  try {
    const giveWay = createGiveWay(() => true, megabyte);
    let turns = 0;
    const pieces = Array.from({ length: 4 }, () => giveWay.turn(megabyte).then(() => (turns += 1)));
    for (let second = 1; second <= 4; second++) {
      // Not `vi.waitFor`, which moves the clock.
      while (turns < second) await delay(1);
      vi.advanceTimersByTime(999);
      await delay(20);
      expect(turns).toBe(second);
      vi.advanceTimersByTime(1);
    }
    await Promise.all(pieces);
  } finally {
    vi.useRealTimers();
  }
});

test('work goes on at full speed as soon as the calls have ended', async () => {
  let areRunning = true;
  const giveWay = createGiveWay(() => areRunning, 1);
  const turns = [giveWay.turn(megabyte), giveWay.turn(megabyte), giveWay.turn(megabyte)];
  await turns[0];
  areRunning = false;
  await Promise.all(turns);
});

test('a stream passes every piece on, in order', async () => {
  const giveWay = createGiveWay(() => true, 100 * megabyte);
  const pieces = Array.from({ length: 50 }, (_, n) => Buffer.alloc(10_000, n));
  expect(await buffer(Readable.from(pieces).pipe(giveWay.stream()))).toEqual(Buffer.concat(pieces));
});
