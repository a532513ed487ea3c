import type { Database } from '@paydeck/db/connection';
import { type LoggedEvent, selectEvents } from '@paydeck/db/events';
import { insertPayments } from '@paydeck/db/payments';
import { v7 as uuidv7 } from 'uuid';
import { expect, test, vi } from 'vitest';
import { createTestServices } from '../../testing/test-services.ts';
import type { SignedInContext } from '../context.ts';
import { createLiveFeed, type LiveView } from './live-feed.ts';
import { startLiveLog } from './live-log.ts';

type TestMessage = { event: LoggedEvent } | 'reset';
const everything: LiveView<TestMessage> = {
  key: 'everything',
  translate: (event) => ({ event }),
  reset: () => 'reset',
};

/** Writes payments as another server would, so that this process has to find out by itself. */
async function write({ db, actor }: SignedInContext, count: number): Promise<void> {
  const payments = Array.from({ length: count }, () => ({
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
  }));
  await insertPayments(db, [{ userId: actor.userId, idempotency: null, payments }]);
}

/** A subscriber that keeps what it receives: positions, and `reset`. */
function subscribe({ liveLog }: Pick<SignedInContext, 'liveLog'>, lastEventId: number | null) {
  const received: (number | 'reset')[] = [];
  const room = { isThere: true };
  const run = createLiveFeed<TestMessage>(liveLog)
    .subscribe(everything, { lastEventId, signal: undefined })
    .start({
      hasRoom: () => room.isThere,
      push: (messages) =>
        received.push(...messages.map(({ position, data }) => (data === 'reset' ? data : position))),
      fail: (error) => expect.unreachable(String(error)),
    });
  return { received, room, run };
}

/** The log as a replica has it that lacks everything after a position. It has the sequence of that time, too. */
async function stepBack(db: Database, to: number, then = ''): Promise<void> {
  const client = db.dedicatedClient();
  await client.unsafe(`
    begin;
    select pg_advisory_xact_lock(7239478161);
    delete from payments where id in (select (payload -> 'payment' ->> 'id')::uuid from events where position > ${to});
    delete from events where position > ${to};
    select setval('events_position', ${to});
    ${then};
    commit`);
  await client.end();
}

/** As if the log had been written by another server of PostgreSQL. */
const elsewhere = `update log_timelines set place = 'the primary that died'`;

const positionsOf = async (db: Database) =>
  (await selectEvents(db, { after: 0, limit: 10_000 })).map(({ position }) => position);

const open = async () => {
  const run = await createTestServices();
  const { ctx, caller } = await run.signedIn('admin');
  await write(ctx, 20);
  await vi.waitFor(() => expect(ctx.liveLog.position).toBe(20), { timeout: 10_000 });
  return { run, ctx, caller };
};

test('a log that went back resets all of its followers, and then delivers what is written', async () => {
  const { run, ctx } = await open();
  await using _ = run;
  const following = subscribe(ctx, null);
  const full = subscribe(ctx, null);
  const resumed = subscribe(ctx, 15);
  await vi.waitFor(() => expect(resumed.received).toHaveLength(5));
  full.room.isThere = false;

  await stepBack(ctx.db, 10);
  await vi.waitFor(() => expect(following.received).toEqual(['reset']), { timeout: 10_000 });
  expect(resumed.received.at(-1)).toBe('reset');
  expect(ctx.liveLog.position).toBe(10);
  full.room.isThere = true;
  full.run.resume();
  await vi.waitFor(() => expect(full.received).toEqual(['reset']), { timeout: 10_000 });

  await write(ctx, 3);
  const written = (await positionsOf(ctx.db)).slice(-3);
  for (const { received } of [following, full, resumed])
    await vi.waitFor(() => expect(received.slice(-3)).toEqual(written), { timeout: 10_000 });
});

test.each([
  ['another server of PostgreSQL has the log', elsewhere, 10],
  ['nothing shows that it is another log', '', 0],
])('a log that has grown past the old position is recognized: %s', async (_how, change, keptUntil) => {
  const { run, ctx } = await open();
  await using _ = run;
  const other = await startLiveLog(ctx.db, () => {});
  const following = subscribe(ctx, null);
  // One transaction, so that no read sees the log between the two.
  await stepBack(
    ctx.db,
    10,
    `${change};
    insert into events (position, type, payload, at)
    select nextval('events_position'), 'payment_created', '{"payment": {}}', clock_timestamp() from generate_series(1, 30)`,
  );
  await vi.waitFor(() => expect(following.received).toContain('reset'), { timeout: 10_000 });
  const newest = await vi.waitFor(
    async () => {
      const position = (await positionsOf(ctx.db)).at(-1) ?? 0;
      expect(position).toBeGreaterThan(1_000_000);
      expect([ctx.liveLog.position, other.position]).toEqual([position, position]);
      return position;
    },
    { timeout: 20_000 },
  );

  // A position that was given out and is lost, and one that is left, asked in both processes.
  for (const liveLog of [ctx.liveLog, other]) {
    const lost = subscribe({ liveLog }, 15);
    await vi.waitFor(() => expect(lost.received[0]).toBe('reset'), { timeout: 10_000 });
    const kept = subscribe({ liveLog }, 8);
    await vi.waitFor(() => expect(kept.received.length).toBeGreaterThan(0), { timeout: 10_000 });
    expect(kept.received[0]).toBe(keptUntil === 0 ? 'reset' : 9);
    const present = subscribe({ liveLog }, newest);
    await write(ctx, 1);
    await vi.waitFor(async () => expect(present.received.at(-1)).toBe((await positionsOf(ctx.db)).at(-1)), {
      timeout: 10_000,
    });
    expect(present.received).not.toContain('reset');
    for (const { run } of [lost, kept, present]) run.stop();
  }
  await other.close();
});

test('a resumer with a lost position is reset by a server that started after the loss', async () => {
  const { run, ctx } = await open();
  await using _ = run;
  await ctx.liveLog.close();
  await stepBack(ctx.db, 10, elsewhere);
  await write(ctx, 30);
  const restarted = await startLiveLog(ctx.db, () => {});
  for (const lost of [11, 20, 1_000]) {
    const { received, run } = subscribe({ liveLog: restarted }, lost);
    await vi.waitFor(() => expect(received).toEqual(['reset']), { timeout: 10_000 });
    run.stop();
  }
  const { received, run: kept } = subscribe({ liveLog: restarted }, 10);
  await vi.waitFor(() => expect(received).toHaveLength(30), { timeout: 10_000 });
  expect(received).toEqual((await positionsOf(ctx.db)).slice(-30));
  kept.stop();
  await restarted.close();
});

test('a failover that lost nothing resets nobody, and no event is missed', async () => {
  const { run, ctx } = await open();
  await using _ = run;
  const following = subscribe(ctx, null);
  await ctx.db.orm.execute(elsewhere);
  await write(ctx, 5);
  const written = (await positionsOf(ctx.db)).slice(-5);
  expect(written[0]).toBeGreaterThan(1_000_000);
  await vi.waitFor(() => expect(following.received).toEqual(written), { timeout: 10_000 });
  expect(ctx.liveLog.stepsBack).toBe(0);
});

test('lists and stats that are shared forget what is lost at once', async () => {
  const { run, ctx, caller } = await open();
  await using _ = run;
  const [list, stats] = await Promise.all([caller.payments.list({}), caller.stats.dashboard({})]);
  expect([list.total, list.asOf, stats.totalTransactionsToday]).toEqual([20, 20, 20]);
  await stepBack(ctx.db, 10, `delete from rollup_days; delete from rollup_quarter_hours`);
  const [listAfter, statsAfter] = await Promise.all([caller.payments.list({}), caller.stats.dashboard({})]);
  expect([listAfter.asOf, listAfter.items.length, statsAfter.asOf]).toEqual([10, 10, 10]);
  expect(statsAfter.totalTransactionsToday).toBe(0);
});

test('an empty log that is copied or moved keeps its first positions', async () => {
  await using run = await createTestServices();
  const { ctx } = await run.signedIn('admin');
  await ctx.db.orm.execute(elsewhere);
  await write(ctx, 1);
  expect(await positionsOf(ctx.db)).toEqual([1]);
});
