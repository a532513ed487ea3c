import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { createTestServices, type TestServices } from '../../testing/test-services.ts';
import type { LiveRun } from '../live/live-subscription.ts';
import { liveQuestionsPerUser } from './live-questions.ts';
import { onStatsUpdate } from './on-update.ts';
import { onUpdateInput } from './schema.ts';

let run: TestServices;
beforeAll(async () => {
  run = await createTestServices();
});
afterAll(() => run[Symbol.asyncDispose]());

/** Subscribes as a user, and counts the dashboards that arrive. */
async function viewer() {
  const { ctx } = await run.signedIn('viewer');
  const received: number[] = [];
  const watch = (minAmountMinor?: number, timeZone = 'UTC'): LiveRun => {
    const input = onUpdateInput.parse({ timeZone, filter: { minAmountMinor } });
    return onStatsUpdate(ctx, input, undefined).start({
      hasRoom: () => true,
      push: (messages) => received.push(...messages.map(() => minAmountMinor ?? 0)),
      fail: expect.unreachable,
    });
  };
  return { watch, received };
}

test('a user may watch a few different dashboards that the rollups can’t answer', async () => {
  const [first, other] = [await viewer(), await viewer()];
  const amounts = Array.from({ length: liveQuestionsPerUser.payments }, (_, n) => n + 1);
  const runs = amounts.map((amount) => first.watch(amount));
  expect(() => first.watch(99)).toThrow('at most 4 different dashboards with a text or an amount');
  // The same one in another tab, one that the rollups answer, and those of another user don't count.
  runs.push(first.watch(1), first.watch(), other.watch(99));
  await vi.waitFor(() => expect(new Set(first.received)).toEqual(new Set([0, ...amounts])), {
    timeout: 30_000,
  });
  await vi.waitFor(() => expect(other.received).toContain(99), { timeout: 30_000 });
  for (const { stop } of runs.slice(0, 2)) stop();
  // Amount 1 is still watched by the other tab, and only amount 2 is not.
  runs.push(first.watch(50));
  expect(() => first.watch(51)).toThrow('at most 4');
  for (const { stop } of runs) stop();
});

test('a user may watch some more dashboards that the rollups answer', async () => {
  const { watch } = await viewer();
  const zones = Intl.supportedValuesOf('timeZone').slice(0, liveQuestionsPerUser.rollups);
  const runs = zones.map((zone) => watch(undefined, zone));
  expect(() => watch(undefined, 'Pacific/Kiritimati')).toThrow('at most 30 different dashboards');
  for (const { stop } of runs) stop();
  watch(undefined, 'Pacific/Kiritimati').stop();
});

test('the query of a dashboard is canceled when its last subscriber leaves', async () => {
  const { db } = run.services;
  const running = async () => {
    const [row] = await db.orm.execute<{ count: number }>(`
      select count(*)::int as count from pg_stat_activity
      where datname = current_database() and wait_event_type = 'Lock' and query like '%amount_minor%'`);
    return row?.count ?? 0;
  };
  const lock = db.dedicatedClient();
  await lock.unsafe('begin');
  await lock.unsafe('lock table payments in access exclusive mode');
  const { watch } = await viewer();
  const { stop } = watch(7);
  await vi.waitFor(async () => expect(await running()).toBe(1), { timeout: 30_000 });
  stop();
  await vi.waitFor(async () => expect(await running()).toBe(0), { timeout: 30_000 });
  await lock.end();
});
