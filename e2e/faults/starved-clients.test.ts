import { availableParallelism } from 'node:os';
import { createTestDatabase } from '@paydeck/db/testing';
import { loggedChanges } from '@paydeck/server/testing/written-state';
import { expect, test, vi } from 'vitest';
import { startBusyLoops } from '../chaos/busy-loops.ts';
import { startChaosServer } from '../chaos/chaos-server.ts';
import { followByEventStream, followBySocket } from '../chaos/follow.ts';
import { reachedPosition } from '../chaos/follower.ts';
import { findUnfaithful } from '../chaos/invariants.ts';
import { createKey } from '../chaos/system.ts';
import { startStormLoad } from './storm-load.ts';
import { callByFetch } from './wire.ts';

const sockets = 100;
const eventStreams = 100;
const loopsPerCore = 10;

test('200 raw sockets and event streams on a starved machine, whose server is killed, come back and miss nothing', async () => {
  await using database = await createTestDatabase();
  await using stack = new AsyncDisposableStack();
  const server = stack.use(await startChaosServer('starved', database.url, {}));
  const token = await createKey(server.url);
  const caller = callByFetch(
    () => server.url,
    async () => token,
  );
  const where = { url: () => server.url, token, after: '0' };
  const followers = [
    ...Array.from({ length: sockets }, () => followBySocket(where)),
    ...Array.from({ length: eventStreams }, () => followByEventStream(where)),
  ];
  for (const follower of followers) stack.defer(() => follower.close());
  const load = startStormLoad([caller], { creators: 2, importers: 1, settlers: 1, pauseMs: 200 });
  const acknowledgeMore = async (count: number) => {
    const before = load.acknowledged.size;
    await vi.waitFor(() => expect(load.acknowledged.size).toBeGreaterThanOrEqual(before + count), {
      timeout: 300_000,
      interval: 100,
    });
  };
  await acknowledgeMore(20);
  {
    await using _loops = startBusyLoops(loopsPerCore * availableParallelism());
    await acknowledgeMore(20);
    await server.end('SIGKILL');
    await server.start();
    await acknowledgeMore(20);
    server.clients.cut(1);
    await acknowledgeMore(20);
  }
  const freeAt = performance.now();
  await load.finish();
  const log = (await loggedChanges(database.db)).map(({ position, payment: { id, status } }) => ({
    position,
    paymentId: id,
    status,
  }));
  const newest = log.at(-1)?.position ?? 0;
  await vi.waitFor(
    () => expect(followers.filter((follower) => reachedPosition(follower) < newest)).toHaveLength(0),
    { timeout: 60_000, interval: 50 },
  );
  const seconds = ((performance.now() - freeAt) / 1000).toFixed(1);
  process.stdout.write(
    `starved clients: ${log.length} events, all complete ${seconds} s after the busy loops\n`,
  );
  expect(followers.flatMap((follower) => findUnfaithful(follower, log, 0))).toEqual([]);
}, 1_200_000);
