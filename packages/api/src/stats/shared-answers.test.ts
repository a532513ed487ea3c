import { expect, test } from 'vitest';
import { type Caller, startTestApi } from '../../testing/test-api.ts';
import { dashboardStats } from './dashboard.ts';
import { dashboardInput } from './schema.ts';

const payment = {
  amountMinor: 100,
  method: 'credit_card',
  status: 'success',
  receiver: 'Corner Bookshop',
} as const;

/** An API that tells how often the sums and the position of the log were read. */
async function startCountingApi() {
  const statements: string[] = [];
  const api = await startTestApi({ onQuery: ({ statement }) => statements.push(statement) });
  const { call } = await api.signIn({ role: 'admin' });
  const take = () => {
    const taken = statements.splice(0);
    return {
      sums: taken.filter((text) => text.includes('rollup_days') && !text.includes('insert')).length,
      positions: taken.filter((text) =>
        /^select \(select coalesce\(max\(position\), 0\) from events\)$/.test(text),
      ).length,
    };
  };
  return { ...api, call, take };
}

const reads: [string, (call: Caller) => Promise<{ asOf: number }>][] = [
  ['dashboard', (call) => call.stats.dashboard({ timeZone: 'Asia/Kolkata' })],
  ['revenue', (call) => call.stats.revenue({ timeZone: 'Asia/Kolkata', interval: 'week' })],
  ['overview', (call) => call.stats.overview({ timeZone: 'Asia/Kolkata', interval: 'month' })],
  ['failures', (call) => call.stats.failures({ timeZone: 'Asia/Kolkata' })],
];

test.for(reads)('callers of %s share an answer until the log moves', async ([_, read]) => {
  await using api = await startCountingApi();
  const { call: viewer } = await api.signIn();
  const readOften = () =>
    Promise.all(Array.from({ length: 20 }, (_, n) => read(n % 2 === 0 ? api.call : viewer)));
  await read(api.call);
  api.take();

  const [first, ...others] = await readOften();
  // The same object, so that it is validated and encoded once.
  for (const other of others) expect(other).toBe(first);
  const unchanged = api.take();
  expect(unchanged.sums).toBe(0);
  expect(unchanged.positions).toBeGreaterThan(0);

  await api.call.payments.create(payment);
  api.take();
  const [changed, ...sharing] = await readOften();
  expect(changed?.asOf).toBeGreaterThan(first?.asOf ?? expect.unreachable());
  for (const other of sharing) expect(other).toBe(changed);
  expect(api.take().sums).toBe(1);
});

test('another input, and another date, is another answer', async () => {
  await using api = await startCountingApi();
  const { createdAt: now } = await api.call.payments.create(payment);
  api.take();
  const tomorrow = new Date(now.getTime() + 86_400_000);
  const answers = await Promise.all([
    dashboardStats(api.services, dashboardInput.parse({}), now),
    dashboardStats(api.services, dashboardInput.parse({}), tomorrow),
    dashboardStats(api.services, dashboardInput.parse({ filter: { status: ['failed'] } }), now),
    dashboardStats(api.services, dashboardInput.parse({ currency: 'EUR' }), now),
  ]);
  expect(answers.map((stats) => stats.totalTransactionsToday)).toEqual([1, 0, 0, 0]);
  expect(api.take().sums).toBe(4);
});

test('a live dashboard shares the answer of the call', async () => {
  await using api = await startCountingApi();
  const input = { timeZone: 'Europe/Berlin' };
  const dashboard = await api.call.stats.dashboard(input);
  api.take();
  const updates = await api.call.stats.onUpdate(input);
  for await (const update of updates) {
    expect(update).toMatchObject({ 1: { type: 'stats_updated', stats: dashboard } });
    break;
  }
  expect(api.take().sums).toBe(0);
});

test('an answer has every write that was answered before the call, in any process', async () => {
  await using api = await startTestApi();
  const { accessToken, call: first } = await api.signIn({ role: 'admin' });
  const second = api.as(accessToken, await api.startPeer());
  /** The number of payments in the dashboard. */
  const count = async (reader: Caller) => {
    const { totalRevenueMinor } = await reader.stats.dashboard({ timeZone: 'Pacific/Auckland' });
    return totalRevenueMinor / payment.amountMinor;
  };
  let [begun, answered, isWriting] = [0, 0, true];

  const write = async (writer: Caller, reader: Caller) => {
    for (let round = 0; round < 60; round += 1) {
      begun += 1;
      await writer.payments.create(payment);
      answered += 1;
      const expected = answered;
      const counted = await count(reader);
      expect(counted).toBeGreaterThanOrEqual(expected);
      expect(counted).toBeLessThanOrEqual(begun);
      const { total } = await reader.payments.list({ limit: 1 });
      expect(total).toBeGreaterThanOrEqual(expected);
      expect(total).toBeLessThanOrEqual(begun);
    }
  };
  // Readers that keep a computation running, which the callers above must not share if it began too early.
  const read = async (reader: Caller) => {
    for (let last = 0; isWriting; ) {
      const expected = Math.max(last, answered);
      last = await count(reader);
      expect(last).toBeGreaterThanOrEqual(expected);
    }
  };
  const readers = [first, second, first, second].map(read);
  const writers = [write(first, first), write(first, second), write(second, first), write(second, second)];
  await Promise.all(writers).finally(() => {
    isWriting = false;
  });
  await Promise.all(readers);
  expect(answered).toBe(240);
});
