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

/** Records calls, and answers each key as the server does: always with the payments of its first call. */
function createRecorder() {
  const stored = new Map<string, DemoPayment[]>();
  const calls = { started: 0, running: 0, maxRunning: 0 };
  return {
    stored,
    calls,
    async createMany(payments: DemoPayment[], key: string) {
      calls.started += 1;
      calls.running += 1;
      calls.maxRunning = Math.max(calls.maxRunning, calls.running);
      await nextTurn();
      calls.running -= 1;
      if (!stored.has(key)) stored.set(key, payments);
      return { payments: stored.get(key) ?? [] };
    },
  };
}

const neverAborted = new AbortController().signal;

test('records the whole history, with the given number of calls at once', async () => {
  const recorder = createRecorder();
  const progress: number[] = [];
  const tally = await fillHistory({
    plan,
    createMany: recorder.createMany,
    clients: 3,
    signal: neverAborted,
    onProgress: (done) => progress.push(done),
  });
  expect(tally.count).toBe(9_500);
  expect([...recorder.stored.values()].flat()).toEqual([...generateHistory(plan)]);
  expect(recorder.calls).toEqual({ started: 10, running: 0, maxRunning: 3 });
  expect(progress.at(-1)).toBe(9_500);
});

test('an interruption waits for the running calls, and the same plan completes the history', async () => {
  const recorder = createRecorder();
  const interruption = new AbortController();
  const first = await fillHistory({
    plan,
    createMany: recorder.createMany,
    clients: 2,
    signal: interruption.signal,
    onProgress: (done) => done >= 3_000 && interruption.abort(),
  });
  expect(first.count).toBe(4_000);
  expect(recorder.calls.running).toBe(0);

  const again = {
    plan,
    createMany: recorder.createMany,
    clients: 2,
    signal: neverAborted,
    onProgress: () => {},
  };
  expect((await fillHistory(again)).count).toBe(9_500);
  expect([...recorder.stored.values()].flat()).toHaveLength(9_500);
});

test('a failure rejects after the running calls have ended', async () => {
  const recorder = createRecorder();
  const failing = fillHistory({
    plan,
    createMany: async (payments, key) => {
      const answer = await recorder.createMany(payments, key);
      if (recorder.calls.started >= 4) throw new Error('no more');
      return answer;
    },
    clients: 2,
    signal: neverAborted,
    onProgress: () => {},
  });
  await expect(failing).rejects.toThrow('no more');
  expect(recorder.calls).toMatchObject({ started: 4, running: 0 });
});
