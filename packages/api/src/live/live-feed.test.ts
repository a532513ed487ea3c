import type { Database } from '@paydeck/db/connection';
import { type LoggedEvent, pruneEvents, selectEvents } from '@paydeck/db/events';
import { insertPayments } from '@paydeck/db/payments';
import { v7 as uuidv7 } from 'uuid';
import { expect, test, vi } from 'vitest';
import { createTestServices } from '../../testing/test-services.ts';
import type { SignedInContext } from '../context.ts';
import { onPaymentChange } from '../payments/on-change.ts';
import { createServices } from '../services.ts';
import { createLiveFeed, type LiveView } from './live-feed.ts';
import { startLiveLog } from './live-log.ts';
import type { LiveMessage } from './live-subscription.ts';

const newPayment = () => ({
  id: uuidv7(),
  amountMinor: 100,
  currency: 'USD',
  method: 'credit_card' as const,
  status: 'success' as const,
  receiver: 'Jane Smith',
  description: null,
  failureCode: null,
  failureMessage: null,
  createdAt: null,
});

type Told = { event: LoggedEvent } | 'reset';
const everything: LiveView<Told> = {
  key: 'everything',
  translate: (event) => ({ event }),
  reset: () => 'reset',
};

/** Straight to the database: the writer of one process would queue the writes one behind the other. */
const write = async ({ db, actor, liveLog }: SignedInContext, count = 1) => {
  const payments = Array.from({ length: count }, newPayment);
  await insertPayments(db, [{ userId: actor.userId, idempotency: null, payments }]);
  liveLog.wake();
};

const positionsOfLog = async ({ db }: SignedInContext) =>
  (await selectEvents(db, { after: 0, limit: 100_000 })).map(({ position }) => position);

test('8 writers and a reader that resumes again and again: nothing missed, nothing twice, in order', async () => {
  await using run = await createTestServices();
  const { ctx } = await run.signedIn('admin');
  const feed = createLiveFeed<Told>(ctx.liveLog);
  const perWriter = 60;
  const writers = Array.from({ length: 8 }, async () => {
    for (let n = 0; n < perWriter; n++) await write(ctx);
  });

  const seen: number[] = [];
  let lastEventId: string | number = 0;
  for (let round = 0; seen.length < 8 * perWriter; round++) {
    const leave = new AbortController();
    // Each round stays for a few events more, then leaves without notice.
    let stay = 1 + (round % 40);
    for await (const [id, told] of feed.subscribe(everything, { lastEventId, signal: leave.signal })) {
      if (told === 'reset') throw new Error('The log was reset.');
      seen.push(Number(id));
      lastEventId = id;
      if (--stay === 0 || seen.length === 8 * perWriter) break;
    }
    leave.abort();
  }
  await Promise.all(writers);
  expect(seen).toEqual(await positionsOfLog(ctx));
  expect(new Set(seen).size).toBe(8 * perWriter);
});

/** A subscriber by push that has room for so many pushes. */
function subscribe(
  ctx: Pick<SignedInContext, 'liveLog'>,
  lastEventId: number | null,
  room = { left: Number.POSITIVE_INFINITY },
) {
  const pushes: (readonly LiveMessage<Told>[])[] = [];
  const feed = createLiveFeed<Told>(ctx.liveLog);
  const run = feed.subscribe(everything, { lastEventId, signal: undefined }).start({
    hasRoom: () => room.left > 0,
    push: (messages) => {
      room.left -= 1;
      pushes.push(messages);
    },
    fail: (error) => expect.unreachable(String(error)),
  });
  return { run, pushes, positions: () => pushes.flat().map(({ position }) => position) };
}

test('a sink without room is left alone, and misses nothing once it has room', async () => {
  await using run = await createTestServices();
  const { ctx } = await run.signedIn('admin');
  const room = { left: 1 };
  const slow = subscribe(ctx, 0, room);
  const quick = subscribe(ctx, 0);
  const written = 6_000;
  // More than is kept in memory, so that the slow one reads what it missed from the database.
  for (let n = 0; n < written; n += 1_000) await write(ctx, 1_000);
  await vi.waitFor(() => expect(quick.positions()).toHaveLength(written), { timeout: 20_000 });
  expect(slow.pushes).toHaveLength(1);

  for (let pushed = 0; pushed !== slow.pushes.length; ) {
    pushed = slow.pushes.length;
    room.left = 1;
    slow.run.resume();
    await vi.waitFor(() => expect(slow.pushes).toHaveLength(pushed + 1));
    if (slow.positions().length > written / 2) break;
  }
  room.left = Number.POSITIVE_INFINITY;
  slow.run.resume();
  await vi.waitFor(() => expect(slow.positions()).toHaveLength(written), { timeout: 20_000 });
  await write(ctx);
  await vi.waitFor(() => expect(slow.positions()).toHaveLength(written + 1));
  expect(slow.positions()).toEqual(await positionsOfLog(ctx));
  slow.run.stop();
  quick.run.stop();
});

test('one that shares the read of another, begun before the last event, is told of that event', async () => {
  await using run = await createTestServices();
  const { ctx } = await run.signedIn('admin');
  await write(ctx, 2);
  const { promise: gate, resolve: open } = Promise.withResolvers<void>();
  let held = 0;
  /** Whose answer to a read from the beginning is on its way for long. */
  const slowDatabase: Database = {
    ...ctx.db,
    execute: async (statement, input) => {
      const rows = await ctx.db.execute(statement, input);
      if (JSON.stringify(input).includes('"after":0')) {
        held += 1;
        await gate;
      }
      return rows;
    },
  };
  const liveLog = await startLiveLog(slowDatabase, () => {});
  const first = subscribe({ liveLog }, 0);
  await vi.waitFor(() => expect(held).toBe(1));
  await write(ctx);
  await vi.waitFor(() => expect(liveLog.position).toBe(3));
  const second = subscribe({ liveLog }, 0);
  open();
  await write(ctx);
  for (const { positions } of [first, second])
    await vi.waitFor(() => expect(positions()).toEqual([1, 2, 3, 4]));
  first.run.stop();
  second.run.stop();
  await liveLog.close();
});

test('a view that cannot read an event fails its own subscribers and no others', async () => {
  await using run = await createTestServices();
  const { ctx } = await run.signedIn('admin');
  const feed = createLiveFeed<Told>(ctx.liveLog);
  const failures: unknown[] = [];
  const broken: LiveView<Told> = {
    ...everything,
    key: 'broken',
    translate: () => {
      throw new Error('Of another version.');
    },
  };
  const told: number[] = [];
  const start = (view: LiveView<Told>) =>
    feed.subscribe(view, { lastEventId: null, signal: undefined }).start({
      hasRoom: () => true,
      push: (messages) => told.push(...messages.map(({ position }) => position)),
      fail: (error) => failures.push(String(error)),
    });
  start(broken);
  const other = start(everything);
  await write(ctx);
  await vi.waitFor(() => expect(told).toEqual([1]));
  expect(failures).toEqual(['Error: Of another version.']);
  other.stop();
});

test('a hundred that resume at once, each from elsewhere, while others write', async () => {
  await using run = await createTestServices();
  const { ctx } = await run.signedIn('admin');
  await write(ctx, 1_000);
  await write(ctx, 200);
  const subscribers = Array.from({ length: 100 }, (_, n) => ({ from: n * 12, ...subscribe(ctx, n * 12) }));
  for (let n = 0; n < 20; n++) await write(ctx, 10);
  const log = await positionsOfLog(ctx);
  for (const { run, from, positions } of subscribers) {
    const due = log.filter((position) => position > from);
    await vi.waitFor(() => expect(positions()).toEqual(due), { timeout: 20_000 });
    run.stop();
  }
});

test('subscribers of one view are given the same messages, those of two views the same changes', async () => {
  await using run = await createTestServices();
  const { ctx } = await run.signedIn('admin');
  const pushes = new Map<string, (readonly LiveMessage<unknown>[])[]>();
  for (const [name, filter] of Object.entries({ one: {}, two: {}, other: { currency: 'USD' } })) {
    const received: (readonly LiveMessage<unknown>[])[] = [];
    pushes.set(name, received);
    const subscription = await onPaymentChange(ctx, { filter, lastEventId: null }, undefined);
    subscription.start({ hasRoom: () => true, push: (messages) => received.push(messages), fail: () => {} });
  }
  await write(ctx);
  await vi.waitFor(() => expect([...pushes.values()].map((received) => received.length)).toEqual([1, 1, 1]));
  expect(pushes.get('one')?.[0]).toBe(pushes.get('two')?.[0]);
  expect(pushes.get('one')?.[0]).not.toBe(pushes.get('other')?.[0]);
  expect(pushes.get('one')?.[0]?.[0]?.data).toBe(pushes.get('other')?.[0]?.[0]?.data);
});

test('a write through one process reaches followers of another', async () => {
  await using run = await createTestServices();
  const { ctx } = await run.signedIn('admin');
  const other = await startLiveLog(ctx.db, () => {});
  const follower = subscribe({ ...ctx, liveLog: other }, null);
  await write(ctx);
  await vi.waitFor(() => expect(follower.positions()).toEqual([1]));
  follower.run.stop();
  await other.close();
});

test('without its LISTEN connection a process misses nothing', async () => {
  await using run = await createTestServices();
  const { ctx } = await run.signedIn('admin');
  const other = await startLiveLog(ctx.db, () => {});
  const follower = subscribe({ ...ctx, liveLog: other }, null);
  for (let n = 1; n <= 3; n++) {
    await ctx.db.orm.execute(`select pg_terminate_backend(pid) from pg_stat_activity where query like 'listen%'
      and datname = current_database()`);
    await write(ctx);
    await vi.waitFor(() => expect(follower.positions()).toHaveLength(n), { timeout: 5_000 });
  }
  follower.run.stop();
  await other.close();
});

/** What a subscription that resumes after a position is told first. */
async function firstAfter(ctx: SignedInContext, lastEventId: string | number) {
  const feed = createLiveFeed<Told>(ctx.liveLog);
  const iterator = feed.subscribe(everything, { lastEventId, signal: undefined })[Symbol.asyncIterator]();
  const { value } = await iterator.next();
  await iterator.return?.(undefined);
  return value?.slice(0, 2);
}

test.each(['-1', '99999', 'nonsense', '9'.repeat(30)])(
  'a position that was never given (%s) is a reset',
  async (lastEventId) => {
    await using run = await createTestServices();
    const { ctx } = await run.signedIn('admin');
    await write(ctx);
    await vi.waitFor(() => expect(ctx.liveLog.position).toBe(1));
    expect(await firstAfter(ctx, lastEventId)).toEqual(['1', 'reset']);
  },
);

test('a position that the log no longer keeps is a reset; the oldest it keeps is not', async () => {
  await using run = await createTestServices();
  const { ctx } = await run.signedIn('admin');
  for (let n = 0; n < 4; n++) await write(ctx);
  await ctx.db.orm.execute(`update events set at = now() - interval '8 days' where position <= 2`);
  await pruneEvents(ctx.db.orm, { retentionDays: 7 });
  await vi.waitFor(() => expect(ctx.liveLog.position).toBe(4));
  expect(await firstAfter(ctx, 1)).toEqual(['4', 'reset']);
  expect(await firstAfter(ctx, 2)).toMatchObject(['3', { event: { position: 3 } }]);
});

test('a follower ends when its signal aborts', async () => {
  await using run = await createTestServices();
  const { ctx } = await run.signedIn('viewer');
  const leave = new AbortController();
  const feed = createLiveFeed<Told>(ctx.liveLog);
  const subscription = feed.subscribe(everything, { lastEventId: null, signal: leave.signal });
  const next = subscription[Symbol.asyncIterator]().next();
  leave.abort();
  expect(await next).toEqual({ done: true, value: undefined });
});

test('services close while nothing is written', async () => {
  await using run = await createTestServices();
  const { db, settings } = run.services;
  const second = await createServices({
    db,
    settings,
    jwtSecret: 'a-secret-that-only-the-tests-know-0123456789',
    accessTokenTtlSeconds: 60,
    onError: () => {},
  });
  await second.close();
});
