import { setTimeout as delay } from 'node:timers/promises';
import { slowness } from '@paydeck/db/testing/slowness';
import type { Fault } from '../fault.ts';
import type { World } from '../world.ts';

type ExportOutcome = { status: number; lines: number } | { status: 'cut' };

/** Reads a whole export. `cut`: there was no answer, or the answer ended before its end. */
async function readExport({ token }: World, url: string, limitMs: number): Promise<ExportOutcome> {
  try {
    const response = await fetch(`${url}/api/payments/export?format=jsonl`, {
      headers: { authorization: `Bearer ${token}` },
      signal: AbortSignal.timeout(limitMs),
    });
    const text = await response.text();
    return { status: response.status, lines: text.split('\n').filter((line) => line !== '').length };
  } catch (error) {
    if (error instanceof DOMException && error.name === 'TimeoutError') throw error;
    return { status: 'cut' };
  }
}

/** Expects an export to end within 90 s, whole, refused or cut. */
async function expectEnd(world: World, url: string): Promise<void> {
  const { ledger } = world.workload;
  const { era, acknowledgedPayments: known } = ledger;
  const outcome = await readExport(world, url, 90_000 * slowness()).catch(() => null);
  if (outcome === null) return world.violate('an export had not ended after 90 s');
  if (outcome.status === 'cut' || [429, 503].includes(outcome.status)) return;
  if (outcome.status !== 200) return world.violate(`an export was answered with ${outcome.status}`);
  if (era === ledger.era && outcome.lines < known) {
    world.violate(`a whole export has ${outcome.lines} of ${known} payments`);
  }
}

/** Faults during exports. Afterwards a user must be able to export again. */
export const exportFaults: Fault[] = [
  {
    name: 'export-database-silent',
    isLong: true,
    run: async (world) => {
      const server = world.random.pick(world.servers);
      server.database.slowDown(250);
      const exports = [1, 2, 3].map(() => expectEnd(world, server.url));
      await delay(world.random.integer(300, 900));
      server.database.silence();
      await Promise.all([...exports, delay(40_000)]);
      server.database.heal();
      await expectPlace(world, server.url);
    },
  },
  {
    name: 'export-table-locked',
    run: async (world) => {
      const server = world.random.pick(world.servers);
      const holder = world.db.dedicatedClient();
      try {
        await holder.unsafe('begin');
        await holder.unsafe('lock table payments in access exclusive mode');
        const isAnswered = await Promise.race([
          readExport(world, server.url, 90_000).then(() => true),
          delay(30_000 * slowness()).then(() => false),
        ]);
        if (!isAnswered) world.violate('an export waited for a lock for more than 30 s');
        await holder.unsafe('commit');
      } finally {
        await holder.end({ timeout: 5 });
      }
      await expectPlace(world, server.url);
    },
  },
  {
    name: 'export-server-kill',
    run: async (world) => {
      const server = world.random.pick(world.servers);
      const exports = [1, 2, 3].map(() => expectEnd(world, server.url));
      await delay(world.random.integer(0, 300));
      await server.end('SIGKILL');
      await Promise.all(exports);
      await server.start();
    },
  },
];

/** An export gets a place, within a minute after the fault. */
async function expectPlace(world: World, url: string): Promise<void> {
  const endAt = performance.now() + 60_000 * slowness();
  for (;;) {
    const outcome = await readExport(world, url, 60_000 * slowness()).catch(() => ({ status: 'cut' }));
    if (outcome.status === 200) return;
    if (performance.now() > endAt) return world.violate(`no export gets a place: ${outcome.status}`);
    await delay(500);
  }
}
