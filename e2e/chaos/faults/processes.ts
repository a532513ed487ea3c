import { setTimeout as delay } from 'node:timers/promises';
import type { Fault } from '../fault.ts';
import { until } from '../until.ts';
import type { World } from '../world.ts';

const crashPostgres = async ({ postgres, random }: World) => {
  await postgres.stop('SIGKILL');
  await delay(random.integer(0, 2_000));
  await postgres.start();
};

/** Faults of processes: the servers, PostgreSQL, and its backends. */
export const processFaults: Fault[] = [
  {
    name: 'server-kill',
    run: async ({ servers, random }) => {
      const hit = random.chance(0.3) ? servers : [random.pick(servers)];
      await Promise.all(hit.map((server) => server.end('SIGKILL')));
      await delay(random.integer(0, 1_500));
      await Promise.all(hit.map((server) => server.start()));
    },
  },
  {
    name: 'server-kill-while-starting',
    run: async ({ servers, random }) => {
      const server = random.pick(servers);
      await server.end('SIGKILL');
      const starting = server.start().catch(() => undefined);
      await delay(random.integer(50, 1_500));
      await server.end('SIGKILL');
      await starting;
      await server.start();
    },
  },
  {
    name: 'server-terminate',
    run: async ({ servers, random, violate }) => {
      for (const server of random.shuffle(servers)) {
        const code = await server.end('SIGTERM');
        if (code !== 0) violate(`${server.name} ended with ${code} after SIGTERM`);
        await server.start();
      }
    },
  },
  {
    name: 'server-stop',
    run: async ({ servers, random }) => {
      const pid = random.pick(servers).pid();
      if (pid === null) return;
      process.kill(pid, 'SIGSTOP');
      await delay(random.integer(2_000, 12_000));
      process.kill(pid, 'SIGCONT');
    },
  },
  { name: 'postgres-kill', run: crashPostgres },
  {
    name: 'postgres-restart',
    run: async ({ postgres, random }) => {
      await postgres.stop(random.pick(['SIGINT', 'SIGQUIT']));
      await delay(random.integer(0, 2_000));
      await postgres.start();
    },
  },
  {
    name: 'postgres-stop',
    run: async (world) => {
      // The postmaster and its backends: a stopped postmaster alone would only refuse new connections.
      const rows = await world.asSuperuser('select pid from pg_stat_activity where pid <> pg_backend_pid()');
      const pids = [world.postgres.pid(), ...rows.map(({ pid }) => Number(pid))];
      const signal = (name: NodeJS.Signals) => {
        for (const pid of pids) sendSignal(pid, name);
      };
      signal('SIGSTOP');
      await delay(world.random.integer(2_000, 14_000));
      signal('SIGCONT');
    },
  },
  {
    name: 'server-and-postgres-kill',
    run: async (world) => {
      await Promise.all([
        ...world.servers.map((server) => server.end('SIGKILL')),
        world.postgres.stop('SIGKILL'),
      ]);
      await world.postgres.start();
      await Promise.all(world.servers.map((server) => server.start()));
    },
  },
  {
    name: 'backend-kill',
    run: async (world) => {
      const rows = await world.asSuperuser(
        `select pid from pg_stat_activity where datname = 'paydeck' and application_name <> 'chaos'`,
      );
      // PostgreSQL restarts all its backends when one crashes.
      if (rows.length > 0) sendSignal(Number(world.random.pick(rows).pid), 'SIGKILL');
      await until('PostgreSQL accepts connections', () => answers(world));
    },
  },
  ...(['pg_terminate_backend', 'pg_cancel_backend'] as const).map((end) => ({
    name: end === 'pg_cancel_backend' ? 'queries-canceled' : 'backends-terminated',
    run: async ({ db, random }: World) => {
      for (let n = random.integer(5, 20); n > 0; n -= 1) {
        await db.orm.execute(`select count(${end}(pid)) from pg_stat_activity
          where datname = current_database() and application_name <> 'chaos'`);
        await delay(random.integer(20, 300));
      }
    },
  })),
];

function sendSignal(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It has ended by itself.
  }
}

const answers = ({ asSuperuser }: World) =>
  asSuperuser('select 1').then(
    () => true,
    () => false,
  );
