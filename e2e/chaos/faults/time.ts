import { setTimeout as delay } from 'node:timers/promises';
import { spawnServer } from '@paydeck/server/testing/spawn-server';
import { z } from 'zod';
import { callByFetch } from '../../faults/wire.ts';
import type { Fault } from '../fault.ts';
import { until } from '../until.ts';
import type { World } from '../world.ts';

const clockModule = new URL('../shift-clock.ts', import.meta.url).href;
const hourMs = 3_600_000;
const listShape = z.object({ total: z.number() });
const dashboardShape = z.object({ totalTransactionsWeek: z.number() });

/** Faults of time: wrong clocks, and a database that goes back to an earlier state. */
export const timeFaults: Fault[] = [
  {
    name: 'server-clock',
    run: async ({ servers, random }) => {
      const server = random.pick(servers);
      const hours = random.pick([2, 3, -24]);
      await server.end('SIGTERM');
      await server.start({ NODE_OPTIONS: `--import=${clockModule}`, CLOCK_SHIFT_MS: String(hours * hourMs) });
      await delay(4_000);
      await server.end('SIGTERM');
      await server.start();
    },
  },
  { name: 'step-back', run: (world) => stepBack(world, false) },
  { name: 'step-back-and-grow', run: (world) => stepBack(world, true) },
];

/**
 * Acknowledged writes are gone, as after a failover to a replica that lags, or the restore of a backup beneath running servers.
 * With `grows`, more was written to the other state before the servers see it, so the log is longer than it was.
 */
async function stepBack(world: World, grows: boolean): Promise<void> {
  const { workload, asSuperuser, postgres } = world;
  await workload.pause();
  const mark = workload.ledger.writes.length;
  await asSuperuser('alter database paydeck with allow_connections false');
  await disconnect(world, 'paydeck');
  await asSuperuser('create database behind template paydeck owner paydeck');
  await asSuperuser('alter database paydeck with allow_connections true');
  workload.resume();
  await until(
    'writes are acknowledged',
    () => workload.ledger.writes.slice(mark).filter(({ state }) => state === 'acknowledged').length > 20,
  );
  await workload.pause();
  workload.ledger.loseSince(mark);
  world.stepsBack += 1;
  world.session.setSteppingBack(true);
  if (grows) {
    const url = new URL(postgres.url('behind'));
    url.username = 'paydeck';
    await using server = await spawnServer({ DATABASE_URL: url.href });
    await workload.create(server.url, 600);
  }
  await asSuperuser('alter database paydeck with allow_connections false');
  await disconnect(world, 'paydeck');
  await disconnect(world, 'behind');
  await asSuperuser('alter database paydeck rename to lost');
  await asSuperuser('alter database behind rename to paydeck');
  await asSuperuser('drop database lost');
  await expectPresentAnswers(world);
  workload.ledger.beginEra();
  world.session.setSteppingBack(false);
  workload.resume();
}

/** Answers that were made before the step back must not be given any more. */
async function expectPresentAnswers({ db, servers, token, violate }: World): Promise<void> {
  const stored = async () => Number((await db.orm.execute('select count(*) as n from payments'))[0]?.n);
  await until('the database answers', () =>
    stored().then(
      () => true,
      () => false,
    ),
  );
  const count = await stored();
  for (const { url, name } of servers) {
    const caller = callByFetch(
      () => url,
      async () => token,
      20_000,
    );
    let answered = '';
    const isPresent = async () => {
      const list = await caller.query('payments.list', { limit: 1 });
      const stats = await caller.query('stats.dashboard', { currency: 'USD' });
      if (list.kind !== 'ok' || stats.kind !== 'ok') return false;
      const { total } = listShape.parse(list.data);
      const { totalTransactionsWeek: week } = dashboardShape.parse(stats.data);
      answered = `${total} in the list, ${week} in the stats`;
      return total === count && week === count;
    };
    await until('present answers', isPresent, 30_000).catch(() =>
      violate(`30 s after the database went back to ${count} payments, ${name} answers ${answered}`),
    );
  }
}

/** Waits until nobody has a connection to this database, which must not allow any, or be unknown to the servers. */
async function disconnect(world: World, name: string): Promise<void> {
  await until(`${name} has no connections`, async () => {
    const [row] = await world.asSuperuser(`select count(pg_terminate_backend(pid)) as ended
      from pg_stat_activity where datname = '${name}'`);
    return Number(row?.ended) === 0;
  });
}
