import { setTimeout as delay } from 'node:timers/promises';
import type { Call } from '../../http-load/call.ts';
import { startHttpLoad } from '../../http-load/start-load.ts';
import { percentile } from '../../measure.ts';
import { create, list, query } from '../calls.ts';
import { atMost, type Goal } from '../row.ts';
import type { RunningServer } from '../servers/running-server.ts';
import type { Stage } from '../stage.ts';
import { timesOf } from './times-while.ts';

/** How many clients make the calls whose times count. */
export const others = 4;
/** The pause between two creates of another client, which make the server compute its answers again. */
const writerPauseMs = 50;

const othersCalls: Readonly<Record<string, (server: RunningServer) => Call>> = {
  lists: (server) => list(server, { status: ['success'] }),
  creates: create,
  dashboards: (server) => query(server, 'stats.dashboard'),
};

/**
 * Compares the p99 of lists, creates and dashboards on a quiet server with that while `crowd` keeps the server busy for the given
 * seconds. The goal of each is at most three times as much.
 */
export async function othersWhile(
  { load, rhythm }: { load: Stage['instruments']['load']; rhythm: Stage['rhythm'] },
  server: RunningServer,
  crowd: (seconds: number) => Promise<void>,
): Promise<{ goals: Goal[]; notes: string[] }> {
  await using writer = startHttpLoad();
  const { url } = server;
  const measure = async (call: Call, seconds: number) => {
    const [answer] = await Promise.all([
      load.loop({ url, clients: others, seconds, calls: [call], keepTimes: true }),
      writer.loop({ url, clients: 1, seconds, pauseMs: writerPauseMs, calls: [create(server)] }),
    ]);
    return timesOf(answer);
  };
  const calls = Object.entries(othersCalls).map(([name, call]) => ({ name, call: call(server) }));
  for (const { call } of calls) await measure(call, rhythm.warmUpSeconds);
  const quiet = new Map<string, number[]>(calls.map(({ name }) => [name, []]));
  const busy = new Map<string, number[]>(calls.map(({ name }) => [name, []]));
  for (let round = 0; round < rhythm.rounds; round += 1) {
    for (const { name, call } of calls) {
      rhythm.signal.throwIfAborted();
      quiet.get(name)?.push(...(await measure(call, rhythm.seconds)));
      // The others start once the crowd is there, and end before it leaves.
      const crowded = crowd(rhythm.seconds + 1.5);
      await delay(500);
      busy.get(name)?.push(...(await measure(call, rhythm.seconds)));
      await crowded;
    }
  }
  const p99 = (times: Map<string, number[]>, name: string) => percentile(times.get(name) ?? [], 0.99);
  return {
    goals: calls.map(({ name }) =>
      atMost(3, '×', `the quiet p99 of ${name}`, p99(busy, name) / p99(quiet, name)),
    ),
    notes: calls.map(
      ({ name }) =>
        `p99 of ${name}: ${p99(quiet, name).toFixed(0)} ms quiet, ${p99(busy, name).toFixed(0)} ms in the crowd.`,
    ),
  };
}
