import { setTimeout as delay } from 'node:timers/promises';
import { createClient } from '@paydeck/client';
import { slowness } from '@paydeck/db/testing/slowness';
import { adminCredentials } from '@paydeck/server/testing';
import { spawnServer } from '@paydeck/server/testing/spawn-server';
import { type TemporaryData, temporaryData } from '@paydeck/server/testing/temporary-data';
import { expectWholeWrites, loggedPositions, storedPayments } from '@paydeck/server/testing/written-state';
import { expect, onTestFailed, test, vi } from 'vitest';
import { startStormLoad } from './storm-load.ts';
import { signInByFetch } from './wire.ts';

const rounds = 30;
const betweenRoundsMs = 100;
const deadlineMs = 10_000;
/** How much the network and a busy machine may add to the database's deadline. */
const slackMs = 2_000;

test('killed connections and a killed PostgreSQL under load: no write is lost or half done, and every call is answered', async () => {
  await using data = await temporaryData();
  await using server = await spawnServer({ DATA_DIR: data.dataDir });
  onTestFailed(() => void process.stderr.write(server.output().slice(-20_000)));
  const callers = await Promise.all([1, 2, 3].map(() => signInByFetch(server.url)));
  await using follower = createClient({ url: server.url });
  await follower.signIn(adminCredentials);
  const followed: string[] = [];
  const subscription = follower.api.payments.onChange.subscribe(
    { lastEventId: 0 },
    {
      onData: ({ id, data: { type } }) => void followed.push(type === 'reset' ? 'reset' : id),
      onError: (error) => void followed.push(error.message),
    },
  );

  const load = startStormLoad(callers, { creators: 12, settlers: 5, readers: 3 });
  await vi.waitFor(() => expect(load.acknowledged.size).toBeGreaterThan(50), { timeout: 20_000 });
  const { kills, outageMs } = await killUnderLoad(data);
  const stormEnd = performance.now();
  await vi.waitFor(async () => expect((await fetch(`${server.url}/health/ready`)).status).toBe(200), {
    timeout: 2_000,
    interval: 20,
  });
  const [caller] = callers;
  expect(await caller?.query('payments.list', {})).toMatchObject({ kind: 'ok' });
  expect(performance.now() - stormEnd).toBeLessThan(2_000 * slowness());
  const acknowledgedBefore = load.acknowledged.size;
  await vi.waitFor(() => expect(load.acknowledged.size).toBeGreaterThan(acknowledgedBefore + 100), {
    timeout: 20_000,
  });
  await load.finish();

  expect(kills).toBeGreaterThan(rounds);
  expect(outageMs).toBeLessThan(10_000 * slowness());
  expect(server.process.exitCode).toBe(null);
  for (const { path, answer } of load.attempts) {
    expect(answer.ms, path).toBeLessThan(deadlineMs + slackMs * slowness());
    if (answer.kind === 'ok') continue;
    expect(answer, path).toEqual({
      kind: 'refused',
      status: 503,
      reason: 'database_unavailable',
      message: 'The database is unavailable. Try again in a moment. Repeat a write with its idempotency key.',
      ms: answer.ms,
    });
  }
  expect(load.outdated).toEqual([]);

  await using database = await data.open();
  // Every write was repeated until it was answered, so exactly the acknowledged payments are stored.
  expect(await storedPayments(database.db)).toEqual(load.acknowledged);
  await expectWholeWrites(database.db);
  const logged = await loggedPositions(database.db);
  await vi.waitFor(() => expect(followed.length).toBeGreaterThanOrEqual(logged.length), { timeout: 5_000 });
  expect(followed).toEqual(logged);
  subscription.unsubscribe();
});

/** Ends all connections of the server again and again, and kills PostgreSQL itself once. */
async function killUnderLoad(data: TemporaryData): Promise<{ kills: number; outageMs: number }> {
  await using database = await data.open();
  let kills = 0;
  let outageMs = 0;
  for (let round = 0; round < rounds; round += 1) {
    await delay(betweenRoundsMs);
    if (round === Math.floor(rounds / 2)) {
      const killed = performance.now();
      const killedPid = data.postmasterPid();
      process.kill(killedPid, 'SIGKILL');
      const isBack = async () => {
        expect(data.postmasterPid()).not.toBe(killedPid);
        await database.db.orm.execute('select 1');
      };
      await vi.waitFor(isBack, { timeout: 20_000, interval: 20 });
      outageMs = performance.now() - killed;
    } else {
      kills += await database.endOtherConnections();
    }
  }
  return { kills, outageMs };
}
