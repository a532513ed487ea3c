import { setTimeout as delay } from 'node:timers/promises';
import type { Fault } from '../fault.ts';
import type { FaultyLink } from '../faulty-link.ts';
import type { World } from '../world.ts';

/** Faults of the network, on the clients' side of a server or on the database's. */
const kinds: Readonly<Record<string, (link: FaultyLink, world: World) => Promise<void>>> = {
  cut: async (link, { random }) => {
    for (let n = random.integer(3, 8); n > 0; n -= 1) {
      link.cut(random.next());
      await delay(random.integer(50, 600));
    }
  },
  'cut-replies': async (link, { random }) => {
    for (let n = random.integer(3, 8); n > 0; n -= 1) {
      link.cutNextReply();
      await delay(random.integer(50, 400));
    }
  },
  silence: async (link, { random }) => {
    link.silence();
    await delay(random.integer(3_000, 13_000));
  },
  'half-open': async (link) => {
    link.halfOpen();
    await delay(2_000);
  },
  slow: async (link, { random }) => {
    link.slowDown(random.integer(50, 250));
    await delay(4_000);
  },
  refuse: async (link, { random }) => {
    link.refuse();
    await delay(random.integer(500, 4_000));
  },
};

export const networkFaults: Fault[] = (['clients', 'database'] as const).flatMap((side) =>
  Object.entries(kinds).map(([kind, cause]) => ({
    name: `${side}-${kind}`,
    run: async (world) => {
      const links = world.servers.map((server) => server[side]);
      // Often both servers have it.
      const hit = world.random.chance(0.5) ? links : [world.random.pick(links)];
      await Promise.all(hit.map((link) => cause(link, world)));
      for (const link of hit) link.heal();
    },
  })),
);
