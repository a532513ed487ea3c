import { createPayments } from '@paydeck/db/create-payments';
import { readEvents } from '@paydeck/db/read-events';
import { v7 as uuidv7 } from 'uuid';
import { expect, test } from 'vitest';
import { createServices } from '../services.ts';
import { createTestServices } from '../testing/test-services.ts';
import { followLog } from './follow-log.ts';
import { startLiveLog } from './live-log.ts';

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

test('8 writers and a reader that resumes again and again: nothing missed, nothing twice, in order', async () => {
  await using run = await createTestServices();
  const { ctx } = await run.signedIn('admin');
  const perWriter = 60;
  // Straight to the database: the writer of one process would queue them one behind the other.
  const writers = Array.from({ length: 8 }, async () => {
    for (let n = 0; n < perWriter; n++) {
      await createPayments(ctx.db, [
        { userId: ctx.actor.userId, idempotency: null, payments: [newPayment()] },
      ]);
      ctx.liveLog.wake();
    }
  });

  const seen: number[] = [];
  let lastEventId: string | number = 0;
  for (let round = 0; seen.length < 8 * perWriter; round++) {
    const leave = new AbortController();
    // Each round stays for a few events more, then leaves without notice.
    let stay = 1 + (round % 40);
    for await (const step of followLog(ctx, { lastEventId, signal: leave.signal })) {
      if (step.kind === 'reset') throw new Error('The log was reset.');
      seen.push(step.event.position);
      lastEventId = String(step.event.position);
      if (--stay === 0 || seen.length === 8 * perWriter) break;
    }
    leave.abort();
  }
  await Promise.all(writers);
  const log = await readEvents(ctx.db, { after: 0, limit: 10_000 });
  expect(seen).toEqual(log.map(({ position }) => position));
  expect(new Set(seen).size).toBe(8 * perWriter);
});

test('a write through one process reaches followers of another', async () => {
  await using run = await createTestServices();
  const { ctx } = await run.signedIn('admin');
  const other = await startLiveLog(ctx.db, () => {});
  const follower = followLog({ db: ctx.db, liveLog: other }, { lastEventId: null });
  const next = follower.next();
  await createPayments(ctx.db, [{ userId: ctx.actor.userId, idempotency: null, payments: [newPayment()] }]);
  ctx.liveLog.wake();
  expect(await next).toMatchObject({ value: { kind: 'event', event: { type: 'payment_created' } } });
  await follower.return(undefined);
  await other.close();
});

test.each(['-1', '99999', 'nonsense', '9'.repeat(30)])(
  'a position that was never given (%s) is a reset',
  async (lastEventId) => {
    await using run = await createTestServices();
    const { ctx, caller } = await run.signedIn('admin');
    await caller.payments.createMany({
      payments: [{ amountMinor: 1, method: 'credit_card', receiver: 'Jane Smith' }],
    });
    const follower = followLog(ctx, { lastEventId });
    expect(await follower.next()).toEqual({ done: false, value: { kind: 'reset', position: 1 } });
    await follower.return(undefined);
  },
);

test('a follower ends when its signal aborts', async () => {
  await using run = await createTestServices();
  const { ctx } = await run.signedIn('viewer');
  const leave = new AbortController();
  const next = followLog(ctx, { lastEventId: null, signal: leave.signal }).next();
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
