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

type TestMessage = { event: LoggedEvent } | 'reset';
const everything: LiveView<TestMessage> = {
  key: 'everything',
  translate: (event) => ({ event }),
  reset: () => 'reset',
};

/** Writes without the payment writer, which would run the writes of this process one after another. */
const write = async ({ db, actor, liveLog }: SignedInContext, count = 1) => {
  const payments = Array.from({ length: count }, newPayment);
  await insertPayments(db, [{ userId: actor.userId, idempotency: null, payments }]);
  liveLog.wake();
};

const positionsOfLog = async ({ db }: SignedInContext) =>
  (await selectEvents(db, { after: 0, limit: 100_000 })).map(({ position }) => position);

test('8 writers and a reader that keeps reconnecting: no event is missed, repeated or out of order', async () => {
  await using run = await createTestServices();
  const { ctx } = await run.signedIn('admin');
  const feed = createLiveFeed<TestMessage>(ctx.liveLog);
  const perWriter = 60;
  const writers = Array.from({ length: 8 }, async () => {
    for (let n = 0; n < perWriter; n++) await write(ctx);
  });

  const seen: number[] = [];
  let lastEventId: string | number = 0;
  for (let round = 0; seen.length < 8 * perWriter; round++) {
    const disconnect = new AbortController();
    // Each round receives a few more events than the last, then disconnects.
    let eventsLeft = 1 + (round % 40);
    for await (const [id, message] of feed.subscribe(everything, {
      lastEventId,
      signal: disconnect.signal,
    })) {
      if (message === 'reset') throw new Error('The log was reset.');
      seen.push(Number(id));
      lastEventId = id;
      if (--eventsLeft === 0 || seen.length === 8 * perWriter) break;
    }
    disconnect.abort();
  }
  await Promise.all(writers);
  expect(seen).toEqual(await positionsOfLog(ctx));
  expect(new Set(seen).size).toBe(8 * perWriter);
});

/** A subscriber whose sink has room for `room.left` pushes. */
function subscribe(
  ctx: Pick<SignedInContext, 'liveLog'>,
  lastEventId: number | null,
  room = { left: Number.POSITIVE_INFINITY },
) {
  const pushes: (readonly LiveMessage<TestMessage>[])[] = [];
  const feed = createLiveFeed<TestMessage>(ctx.liveLog);
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

test('a sink without room receives nothing, and misses nothing once it has room', async () => {
  await using run = await createTestServices();
  const { ctx } = await run.signedIn('admin');
  const room = { left: 1 };
  const slow = subscribe(ctx, 0, room);
  const fast = subscribe(ctx, 0);
  const written = 6_000;
  // More events than are kept in memory, so that the slow subscriber reads the ones that it missed from the database.
  for (let n = 0; n < written; n += 1_000) await write(ctx, 1_000);
  await vi.waitFor(() => expect(fast.positions()).toHaveLength(written), { timeout: 20_000 });
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
  fast.run.stop();
});

test('a follower that shares a read which began before the last event still receives that event', async () => {
  await using run = await createTestServices();
  const { ctx } = await run.signedIn('admin');
  await write(ctx, 2);
  const { promise: gate, resolve: open } = Promise.withResolvers<void>();
  let delayedReads = 0;
  /** Delays the answers to reads from the beginning. */
  const slowDatabase: Database = {
    ...ctx.db,
    execute: async (statement, input) => {
      const rows = await ctx.db.execute(statement, input);
      if (JSON.stringify(input).includes('"after":0')) {
        delayedReads += 1;
        await gate;
      }
      return rows;
    },
  };
  const liveLog = await startLiveLog(slowDatabase, () => {});
  const first = subscribe({ liveLog }, 0);
  await vi.waitFor(() => expect(delayedReads).toBe(1));
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

test('a view that can’t read an event fails only its own subscribers', async () => {
  await using run = await createTestServices();
  const { ctx } = await run.signedIn('admin');
  const feed = createLiveFeed<TestMessage>(ctx.liveLog);
  const failures: unknown[] = [];
  const broken: LiveView<TestMessage> = {
    ...everything,
    key: 'broken',
    translate: () => {
      throw new Error('Written by another version.');
    },
  };
  const received: number[] = [];
  const start = (view: LiveView<TestMessage>) =>
    feed.subscribe(view, { lastEventId: null, signal: undefined }).start({
      hasRoom: () => true,
      push: (messages) => received.push(...messages.map(({ position }) => position)),
      fail: (error) => failures.push(String(error)),
    });
  start(broken);
  const other = start(everything);
  await write(ctx);
  await vi.waitFor(() => expect(received).toEqual([1]));
  expect(failures).toEqual(['Error: Written by another version.']);
  other.stop();
});

test('100 subscribers that resume at once from different positions, during writes, miss nothing', async () => {
  await using run = await createTestServices();
  const { ctx } = await run.signedIn('admin');
  await write(ctx, 1_000);
  await write(ctx, 200);
  const subscribers = Array.from({ length: 100 }, (_, n) => ({ from: n * 12, ...subscribe(ctx, n * 12) }));
  for (let n = 0; n < 20; n++) await write(ctx, 10);
  const log = await positionsOfLog(ctx);
  for (const { run, from, positions } of subscribers) {
    const expected = log.filter((position) => position > from);
    await vi.waitFor(() => expect(positions()).toEqual(expected), { timeout: 20_000 });
    run.stop();
  }
});

test('subscribers of one view share the array of messages; those of two views share the changes in it', async () => {
  await using run = await createTestServices();
  const { ctx } = await run.signedIn('admin');
  const pushes = new Map<string, (readonly LiveMessage<unknown>[])[]>();
  for (const [name, filter] of Object.entries({ first: {}, second: {}, other: { currency: 'USD' } })) {
    const received: (readonly LiveMessage<unknown>[])[] = [];
    pushes.set(name, received);
    const subscription = await onPaymentChange(ctx, { filter, lastEventId: null }, undefined);
    subscription.start({ hasRoom: () => true, push: (messages) => received.push(messages), fail: () => {} });
  }
  await write(ctx);
  await vi.waitFor(() => expect([...pushes.values()].map((received) => received.length)).toEqual([1, 1, 1]));
  expect(pushes.get('first')?.[0]).toBe(pushes.get('second')?.[0]);
  expect(pushes.get('first')?.[0]).not.toBe(pushes.get('other')?.[0]);
  expect(pushes.get('first')?.[0]?.[0]?.data).toBe(pushes.get('other')?.[0]?.[0]?.data);
});

test('a write in one process reaches the followers of another', async () => {
  await using run = await createTestServices();
  const { ctx } = await run.signedIn('admin');
  const other = await startLiveLog(ctx.db, () => {});
  const follower = subscribe({ ...ctx, liveLog: other }, null);
  await write(ctx);
  await vi.waitFor(() => expect(follower.positions()).toEqual([1]));
  follower.run.stop();
  await other.close();
});

test('a process that loses its LISTEN connection misses nothing', async () => {
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

/** The position and the message that a subscription which resumes after `lastEventId` receives first. */
async function firstAfter(ctx: SignedInContext, lastEventId: string | number) {
  const feed = createLiveFeed<TestMessage>(ctx.liveLog);
  const iterator = feed.subscribe(everything, { lastEventId, signal: undefined })[Symbol.asyncIterator]();
  const { value } = await iterator.next();
  await iterator.return?.(undefined);
  return value?.slice(0, 2);
}

test.each(['-1', '99999', 'nonsense', '9'.repeat(30)])(
  'a position that the log never had (%s) leads to a reset',
  async (lastEventId) => {
    await using run = await createTestServices();
    const { ctx } = await run.signedIn('admin');
    await write(ctx);
    await vi.waitFor(() => expect(ctx.liveLog.position).toBe(1));
    expect(await firstAfter(ctx, lastEventId)).toEqual(['1', 'reset']);
  },
);

test('a position that the log no longer has leads to a reset; the oldest one it has does not', async () => {
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
  const feed = createLiveFeed<TestMessage>(ctx.liveLog);
  const subscription = feed.subscribe(everything, { lastEventId: null, signal: leave.signal });
  const next = subscription[Symbol.asyncIterator]().next();
  leave.abort();
  expect(await next).toEqual({ done: true, value: undefined });
});

test('services close while the log is idle', async () => {
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
