import { createClient } from '@paydeck/client';
import { openDatabase, throughPooler } from '@paydeck/db/connection';
import { createTestDatabase } from '@paydeck/db/testing';
import { adminCredentials } from '@paydeck/server/testing';
import { spawnServer } from '@paydeck/server/testing/spawn-server';
import { expectWholeWrites, storedPayments } from '@paydeck/server/testing/written-state';
import { describe, expect, onTestFailed, test, vi } from 'vitest';
import { pgbouncerProgram, startPgBouncer } from './pgbouncer.ts';
import { startStormLoad } from './storm-load.ts';
import { accessTokens, signInByFetch } from './wire.ts';

if (pgbouncerProgram === null) {
  process.stdout.write(
    'pooler.test.ts is skipped: PgBouncer is not installed (Debian: apt-get install pgbouncer).\n',
  );
}

describe.runIf(pgbouncerProgram !== null)('through PgBouncer', () => {
  test.each(['session', 'transaction'] as const)(
    'in the mode %s, a server writes, reads, exports and sends every change',
    async (mode) => {
      await using database = await createTestDatabase();
      await using role = await createRole(database);
      await using pooler = await startPgBouncer(role.url, mode);
      await using server = await spawnServer({ DATABASE_URL: pooler.url, DATABASE_POOLER: mode });
      onTestFailed(() => void process.stderr.write(server.output() + pooler.output()));
      await using follower = createClient({ url: server.url });
      await follower.signIn(adminCredentials);
      const followed: string[] = [];
      follower.api.payments.onChange.subscribe(
        { lastEventId: 0 },
        { onData: ({ id }) => void followed.push(id) },
      );

      const caller = await signInByFetch(server.url);
      const load = startStormLoad([caller], { creators: 6, importers: 1, settlers: 3, readers: 2 });
      await vi.waitFor(() => expect(load.acknowledged.size).toBeGreaterThan(300), { timeout: 60_000 });
      await load.finish();

      expect(load.attempts.filter(({ answer }) => answer.kind !== 'ok')).toEqual([]);
      expect(load.outdated).toEqual([]);
      expect(await storedPayments(database.db)).toEqual(load.acknowledged);
      await expectWholeWrites(database.db);
      const [row] = await database.db.orm.execute(
        `select count(*) as events from events where type like 'payment_%'`,
      );
      await vi.waitFor(() => expect(followed).toHaveLength(Number(row?.events)), { timeout: 60_000 });
      const headers = { authorization: `Bearer ${await accessTokens(() => server.url)()}` };
      const exported = await fetch(`${server.url}/api/payments/export?format=jsonl`, { headers });
      expect((await exported.text()).trim().split('\n')).toHaveLength(load.acknowledged.size);
    },
  );

  test('in the mode session, every connection has the settings that it has without a pooler', async () => {
    await using database = await createTestDatabase();
    await using pooler = await startPgBouncer(database.url, 'session');
    const names = ['statement_timeout', 'jit', 'work_mem', 'TimeZone', 'DateStyle', 'application_name'];
    const read = async (url: string) => {
      const db = openDatabase({ url, maxConnections: 1 });
      const query = names.map((name) => `current_setting('${name}') as "${name}"`).join(', ');
      return db.orm.execute(`select ${query}`).finally(() => db.close());
    };
    const pooled = await read(throughPooler(pooler.url, 'session'));
    expect(pooled).toEqual(await read(database.url));
    expect(pooled).toMatchObject([{ jit: 'off', work_mem: '16MB', statement_timeout: '9500ms' }]);
  });

  test('without the setting, the start says which one is missing', async () => {
    await using database = await createTestDatabase();
    await using pooler = await startPgBouncer(database.url, 'session');
    await expect(spawnServer({ DATABASE_URL: pooler.url })).rejects.toThrow(
      'Set DATABASE_POOLER to its mode: session or transaction.',
    );
  });

  test('in the mode transaction, a start without a statement_timeout or a schema says what to run', async () => {
    await using database = await createTestDatabase();
    await using pooler = await startPgBouncer(database.url, 'transaction');
    const pooled = { DATABASE_URL: pooler.url, DATABASE_POOLER: 'transaction' };
    await expect(spawnServer(pooled)).rejects.toThrow("set statement_timeout = '9500ms'");
    await using empty = await createTestDatabase({ empty: true });
    await using emptyPooler = await startPgBouncer(empty.url, 'transaction');
    await expect(spawnServer({ ...pooled, DATABASE_URL: emptyPooler.url })).rejects.toThrow('Run db:migrate');
  });
});

/** A role with the settings that docs/deployment.md gives for the mode transaction. */
async function createRole({ db, url }: Awaited<ReturnType<typeof createTestDatabase>>) {
  const name = `pooled_${crypto.randomUUID().replaceAll('-', '')}`;
  const [row] = await db.orm.execute('select current_user as owner');
  await db.orm.execute(`create role ${name} login password 'pooled' in role ${row?.owner}`);
  await db.orm.execute(`alter role ${name} set statement_timeout = '9500ms'`);
  await db.orm.execute(`alter role ${name} set jit = off`);
  await db.orm.execute(`alter role ${name} set work_mem = '16MB'`);
  const pooled = new URL(url);
  pooled.username = name;
  pooled.password = 'pooled';
  return {
    url: pooled.href,
    [Symbol.asyncDispose]: async () => void (await db.orm.execute(`drop role ${name}`)),
  };
}
