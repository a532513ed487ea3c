import { type SpawnedServer, spawnServer } from '@paydeck/server/testing/spawn-server';
import { ended, isAlive, temporaryData } from '@paydeck/server/testing/temporary-data';
import { expectWholeWrites, storedPayments } from '@paydeck/server/testing/written-state';
import { expect, onTestFailed, test, vi } from 'vitest';
import { startStormLoad } from './storm-load.ts';
import { type Caller, signInByFetch } from './wire.ts';

const rounds = 2;

test('a server killed under load loses no acknowledged write, and the next one adopts its PostgreSQL', async () => {
  await using data = await temporaryData();
  let server: SpawnedServer = await spawnServer({ DATA_DIR: data.dataDir });
  await using _last = { [Symbol.asyncDispose]: async () => void (await server.end('SIGKILL')) };
  onTestFailed(() => void process.stderr.write(server.output().slice(-20_000)));
  let current = await signInByFetch(server.url);
  // The clients outlive the servers: they repeat a write with an unknown outcome at the next server.
  const caller: Caller = {
    query: (...call) => current.query(...call),
    mutate: (...call) => current.mutate(...call),
  };
  const postmaster = data.postmasterPid();
  const load = startStormLoad([caller], { creators: 20, settlers: 5, readers: 1 });

  for (let round = 0; round < rounds; round += 1) {
    const before = load.acknowledged.size;
    await vi.waitFor(() => expect(load.acknowledged.size).toBeGreaterThan(before + 200), { timeout: 20_000 });
    await server.end('SIGKILL');
    const acknowledged = new Set(load.acknowledged.keys());
    expect(isAlive(postmaster)).toBe(true);

    server = await spawnServer({ DATA_DIR: data.dataDir });
    expect(server.output()).toContain(`Took over the PostgreSQL (process ${postmaster})`);
    current = await signInByFetch(server.url);
    await using database = await data.open();
    const stored = await storedPayments(database.db);
    expect([...acknowledged].filter((id) => !stored.has(id))).toEqual([]);
  }
  await load.finish();
  const failures = load.attempts.flatMap(({ answer }) => (answer.kind === 'refused' ? [answer] : []));
  expect(failures).toEqual([]);
  expect(load.outdated).toEqual([]);

  await using database = await data.open();
  expect(await storedPayments(database.db)).toEqual(load.acknowledged);
  await expectWholeWrites(database.db);

  expect(await server.end('SIGTERM')).toBe(0);
  await ended(postmaster);
});
