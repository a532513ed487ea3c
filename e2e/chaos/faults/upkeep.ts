import { setTimeout as delay } from 'node:timers/promises';
import type { Fault } from '../fault.ts';
import { startServerProgram } from '../server-program.ts';
import { until } from '../until.ts';
import type { World } from '../world.ts';

/** The lock under which servers migrate (packages/db/src/migrate/migrations.ts). */
const migrationsLock = 'select pg_advisory_lock(7239478162)';

/** A separate database for one fault, beside the servers' database. */
async function withScratchDatabase(world: World, work: (url: string) => Promise<void>): Promise<void> {
  await world.asSuperuser('create database scratch owner paydeck');
  const url = new URL(world.postgres.url('scratch'));
  url.username = 'paydeck';
  try {
    await work(url.href);
  } finally {
    await world.asSuperuser('drop database scratch with (force)');
  }
}

async function killAtRandom(world: World, program: ReturnType<typeof startServerProgram>): Promise<void> {
  await Promise.race([delay(world.random.integer(200, 2_500)), program.ended]);
  program.child.kill('SIGKILL');
  await program.ended;
}

/** Runs a program to its end, which must be a success. */
async function expectSuccess(world: World, ...args: Parameters<typeof startServerProgram>): Promise<void> {
  const program = startServerProgram(...args);
  const code = await program.ended;
  if (code !== 0) world.violate(`${args[0]} ended with ${code}: ${program.output().slice(-500)}`);
}

/** Faults of upkeep: migrations, rollbacks and repairs that are killed, and a start that has to wait. */
export const upkeepFaults: Fault[] = [
  {
    name: 'migration-kill',
    run: (world) =>
      withScratchDatabase(world, async (url) => {
        await killAtRandom(world, startServerProgram('tasks/migrate', url));
        await expectSuccess(world, 'tasks/migrate', url);
        await killAtRandom(world, startServerProgram('tasks/rollback', url));
        await expectSuccess(world, 'tasks/migrate', url);
        await expectSuccess(world, 'tasks/verify', url);
      }),
  },
  {
    name: 'repair-kill',
    run: async (world) => {
      await world.db.orm.execute('update rollup_days set count = count + 1');
      const url = world.postgres.url('paydeck');
      await killAtRandom(world, startServerProgram('tasks/verify', url, ['--repair']));
      await expectSuccess(world, 'tasks/verify', url, ['--repair']);
    },
  },
  {
    name: 'start-behind-migration',
    run: async (world) => {
      const holder = world.db.dedicatedClient();
      try {
        await holder.unsafe(migrationsLock);
        const server = startServerProgram('main', world.postgres.url('paydeck'));
        const says = () => /lock/i.test(server.output()) || server.child.exitCode !== null;
        await until('it says that it waits', says, 30_000).catch(() =>
          world.violate('a start behind the migration lock said nothing for 30 s'),
        );
        server.child.kill('SIGKILL');
        await server.ended;
      } finally {
        await holder.end({ timeout: 5 });
      }
    },
  },
];
