import { expect, test } from 'vitest';
import type { DemoPayment } from './demo-payment.ts';
import { seededRandom } from './random.ts';
import { runLive, type Settlement } from './run-live.ts';

test('creates payments until it is interrupted, then settles the pending ones at once', async () => {
  const created: DemoPayment[] = [];
  const settled = new Map<string, Settlement>();
  const interruption = new AbortController();
  const counts = await runLive({
    random: seededRandom(1),
    currencies: ['USD'],
    perSecond: 1_000,
    signal: interruption.signal,
    create: async (payment) => ({ id: String(created.push(payment) - 1) }),
    settle: async (id, settlement) => settled.set(id, settlement),
    onChange: ({ created: count }) => count === 100 && interruption.abort(),
  });
  const pending = created.flatMap(({ status }, index) => (status === 'pending' ? [String(index)] : []));
  expect(created).toHaveLength(100);
  expect(pending.length).toBeGreaterThan(5);
  expect([...settled.keys()].sort()).toEqual(pending.sort());
  expect(counts).toEqual({ created: 100, settled: pending.length, pending: 0 });
  // The server sets the time of a live payment.
  expect(created.every(({ createdAt }) => createdAt === undefined)).toBe(true);
  expect(created.every((p) => (p.status === 'failed') === (p.failureCode !== undefined))).toBe(true);
});

test('a failed call ends the run', async () => {
  const failing = runLive({
    random: seededRandom(1),
    currencies: ['USD'],
    perSecond: 1_000,
    signal: new AbortController().signal,
    create: () => Promise.reject(new Error('forbidden')),
    settle: () => Promise.resolve(),
    onChange: () => {},
  });
  await expect(failing).rejects.toThrow('forbidden');
});
