import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { startFlags } from '@paydeck/server/testing/start-flags';
import { residentBytes } from '../../cpu-time.ts';
import { median } from '../../measure.ts';
import { paydeckEnvironment } from '../../paydeck-server.ts';
import { startServerProcess } from '../../server-process.ts';
import { atMost } from '../row.ts';
import type { Row } from '../stage.ts';

const entry = new URL('../../../../apps/server/src/start.ts', import.meta.url);
const idleMs = 3_000;

/** Starts the server with its embedded PostgreSQL, on data that an earlier start has made. */
export const startRow: Row = {
  title: 'start, and memory when idle',
  belongsTo: 'quick',
  measure: async ({ rhythm: { rounds }, context: { signal, progress } }) => {
    const starts = 2 * rounds - 1;
    const dataDir = await mkdtemp(join(tmpdir(), 'paydeck-bench-start-'));
    const { DATABASE_URL: _, ...environment } = paydeckEnvironment('');
    const start = () =>
      startServerProcess({ ...environment, DATA_DIR: dataDir }, { entry, nodeArgs: startFlags });
    try {
      // The first start creates the database, and fills the cache of compiled code. It is not measured.
      await (await start())[Symbol.asyncDispose]();
      const seconds: number[] = [];
      const mebibytes: number[] = [];
      for (let n = 0; n < starts; n += 1) {
        signal.throwIfAborted();
        const startedAt = performance.now();
        await using server = await start();
        seconds.push((performance.now() - startedAt) / 1_000);
        progress(`  Start ${n + 1}: ${seconds.at(-1)?.toFixed(2)} s`);
        if (n > 0) continue;
        await delay(idleMs, undefined, { signal });
        const bytes = server.child.pid === undefined ? null : residentBytes(server.child.pid);
        if (bytes !== null) mebibytes.push(bytes / 2 ** 20);
      }
      return {
        row: 'start',
        work: `embedded PostgreSQL, ${starts} starts: ${seconds.map((s) => s.toFixed(2)).join(', ')} s; memory of the server without PostgreSQL after ${idleMs / 1_000} s`,
        sides: [],
        goals: [
          atMost(1.2, 's', 'until it is ready', median(seconds)),
          atMost(110, 'MiB', 'resident when idle', median(mebibytes)),
        ],
      };
    } finally {
      await rm(dataDir, { recursive: true, force: true });
    }
  },
};
