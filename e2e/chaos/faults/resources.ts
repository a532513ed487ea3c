import { execFile } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { callByFetch } from '../../faults/wire.ts';
import { startBusyLoops } from '../busy-loops.ts';
import type { Fault } from '../fault.ts';
import { isInstalled } from '../programs.ts';

const run = promisify(execFile);

/** Faults of what a machine has little of: time, memory, file descriptors. */
export const resourceFaults: Fault[] = [
  {
    name: 'starved',
    run: async ({ random }) => {
      await using _loops = startBusyLoops(4 * availableParallelism());
      await delay(random.integer(3_000, 8_000));
    },
  },
  {
    name: 'few-descriptors',
    unavailable: () => (isInstalled('prlimit') ? null : 'prlimit (util-linux) is not installed'),
    run: async ({ servers, random }) => {
      const server = random.pick(servers);
      const pid = server.pid();
      if (pid === null) return;
      const { stdout } = await run('prlimit', [
        '--pid',
        String(pid),
        '--nofile',
        '--output=SOFT',
        '--noheadings',
      ]);
      const limit = readdirSync(`/proc/${pid}/fd`).length + 20;
      await run('prlimit', ['--pid', String(pid), `--nofile=${limit}:`]);
      const sockets = Array.from(
        { length: 60 },
        () => new WebSocket(`${server.url.replace('http', 'ws')}/trpc`),
      );
      for (const socket of sockets) socket.addEventListener('error', () => undefined);
      await delay(2_000);
      // The database's connections must be made again although clients have all descriptors.
      server.database.cut(1);
      await delay(2_000);
      for (const socket of sockets) socket.close();
      await run('prlimit', ['--pid', String(pid), `--nofile=${stdout.trim()}:`]);
    },
  },
  {
    name: 'little-memory',
    run: async ({ servers, random, token, violate }) => {
      const server = random.pick(servers);
      await server.end('SIGTERM');
      await server.start({ NODE_OPTIONS: '--max-old-space-size=128' });
      const pid = server.pid();
      const headers = { authorization: `Bearer ${token}` };
      const exports = [1, 2, 3].map(() =>
        fetch(`${server.url}/api/payments/export?format=csv`, { headers }).then((response) =>
          response.text(),
        ),
      );
      const caller = callByFetch(
        () => server.url,
        async () => token,
        20_000,
      );
      const reads = Array.from({ length: 20 }, () => caller.query('payments.list', { limit: 100 }));
      await Promise.allSettled([...exports, ...reads]);
      if (server.pid() !== pid) violate('a server with 128 MB of heap ended');
      await server.end('SIGTERM');
      await server.start();
    },
  },
];
