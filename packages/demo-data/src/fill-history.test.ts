import { setImmediate as nextTurn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import type { DemoPayment } from './demo-payment.ts';
import { fillHistory } from './fill-history.ts';
import { generateHistory, type HistoryPlan } from './generate-history.ts';

const plan: HistoryPlan = {
  seed: 1,
  count: 9_500,
  days: 30,
  until: new Date('2026-03-01T00:00:00Z'),
  currencies: ['USD'],
};

/** A receiver of calls that keeps, as the server does, one answer for each key. */
function startReceiver() {
  const stored = new Map<string, DemoPayment[]>();
  const calls = { begun: 0, underWay: 0, mostAtOnce: 0 };
  return {
    stored,
    calls,
    async createMany(payments: DemoPayment[], key: string) {
      calls.begun += 1;
      calls.underWay += 1;
      calls.mostAtOnce = Math.max(calls.mostAtOnce, calls.underWay);
      await nextTurn();
      calls.underWay -= 1;
      if (!stored.has(key)) stored.set(key, payments);
      return { payments: stored.get(key) ?? [] };
    },
  };
}

const running = new AbortController().signal;

test('sends all of the history, in so many calls at once', async () => {
  const receiver = startReceiver();
  const progress: number[] = [];
  const tally = await fillHistory({
    plan,
    createMany: receiver.createMany,
    clients: 3,
    signal: running,
    onProgress: (done) => progress.push(done),
  });
  expect(tally.count).toBe(9_500);
  expect([...receiver.stored.values()].flat()).toEqual([...generateHistory(plan)]);
  expect(receiver.calls).toEqual({ begun: 10, underWay: 0, mostAtOnce: 3 });
  expect(progress.at(-1)).toBe(9_500);
});

test('stops at an interruption after the calls under way, and a repetition completes it', async () => {
  const receiver = startReceiver();
  const interruption = new AbortController();
  const first = await fillHistory({
    plan,
    createMany: receiver.createMany,
    clients: 2,
    signal: interruption.signal,
    onProgress: (done) => done >= 3_000 && interruption.abort(),
  });
  expect(first.count).toBe(4_000);
  expect(receiver.calls.underWay).toBe(0);

  const again = { plan, createMany: receiver.createMany, clients: 2, signal: running, onProgress: () => {} };
  expect((await fillHistory(again)).count).toBe(9_500);
  expect([...receiver.stored.values()].flat()).toHaveLength(9_500);
});

test('a failure ends it, when no call is under way any more', async () => {
  const receiver = startReceiver();
  const failing = fillHistory({
    plan,
    createMany: async (payments, key) => {
      const answer = await receiver.createMany(payments, key);
      if (receiver.calls.begun >= 4) throw new Error('no more');
      return answer;
    },
    clients: 2,
    signal: running,
    onProgress: () => {},
  });
  await expect(failing).rejects.toThrow('no more');
  expect(receiver.calls).toMatchObject({ begun: 4, underWay: 0 });
});
