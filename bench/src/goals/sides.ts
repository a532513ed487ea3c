import { processCpuMs, processTreeCpuMs } from '../cpu-time.ts';
import type { Call } from '../http-load/call.ts';
import type { HttpLoad } from '../http-load/start-load.ts';
import { type LoadAnswer, refusals } from '../http-load/tally.ts';
import { type Sample, type SideFigure, sideFigure } from './row.ts';
import type { RunningServer } from './servers/running-server.ts';

/** Something that a row measures. `measure` may be called any number of times. */
export type Side = { name: string; measure(seconds: number): Promise<Sample> };

export type Rhythm = {
  /** How long one measurement takes. */
  seconds: number;
  rounds: number;
  /** How long each side runs before it is measured, so that its code is compiled. */
  warmUpSeconds: number;
  signal: AbortSignal;
  progress(line: string): void;
};

/** The process of the load, and the process id of PostgreSQL. */
export type Instruments = { load: HttpLoad; postmaster: number | null };

/** A side that calls a server over HTTP; several calls take turns. It rejects when a call is refused. */
export function httpSide(
  name: string,
  { load, postmaster }: Instruments,
  server: Pick<RunningServer, 'url' | 'pid'>,
  { clients, calls }: { clients: number; calls: readonly Call[] },
): Side {
  return {
    name,
    measure: (seconds) =>
      measureCpu({ server: server.pid, postmaster }, async () =>
        acceptAnswer(name, await load.loop({ url: server.url, clients, seconds, calls })),
      ),
  };
}

/** Throws when the server refused a call: a row must not compare work with refusals. */
export function acceptAnswer(name: string, answer: LoadAnswer): LoadAnswer {
  const count = refusals(answer);
  if (count === 0) return answer;
  throw new Error(`${name} refused ${count} calls. The last answer was ${answer.lastRefusal}.`);
}

type Work = Pick<LoadAnswer, 'calls' | 'perSecond'> &
  Partial<Pick<LoadAnswer, 'p50Ms' | 'p99Ms' | 'loadCpuMs'>>;

/** Does some work, and adds what each call cost the server and PostgreSQL. */
export async function measureCpu(
  { server, postmaster }: { server: number | null; postmaster: number | null },
  work: () => Promise<Work>,
): Promise<Sample> {
  const read = () => ({
    server: server === null ? null : processCpuMs(server),
    postgres: postmaster === null ? null : processTreeCpuMs(postmaster),
  });
  const before = read();
  const { calls, perSecond, p50Ms = null, p99Ms = null, loadCpuMs = null } = await work();
  const after = read();
  const perCall = (from: number | null, to: number | null) =>
    from === null || to === null ? null : (to - from) / calls;
  return {
    perSecond,
    p50Ms,
    p99Ms,
    loadCpuMs,
    serverCpuMs: perCall(before.server, after.server),
    postgresCpuMs: perCall(before.postgres, after.postgres),
  };
}

/**
 * Warms each side up, then measures each once per round, so that other load on the machine affects all of them alike. Every
 * other round runs in reverse order, so that no side always follows the same one.
 */
export async function measureSides(sides: readonly Side[], rhythm: Rhythm): Promise<SideFigure[]> {
  for (const side of sides) {
    rhythm.signal.throwIfAborted();
    await side.measure(rhythm.warmUpSeconds);
  }
  const samples = new Map<Side, Sample[]>(sides.map((side) => [side, []]));
  for (let round = 0; round < rhythm.rounds; round += 1) {
    for (const side of round % 2 === 0 ? sides : sides.toReversed()) {
      rhythm.signal.throwIfAborted();
      const sample = await side.measure(rhythm.seconds);
      samples.get(side)?.push(sample);
      rhythm.progress(`  Round ${round + 1}, ${side.name}: ${Math.round(sample.perSecond)}/s`);
    }
  }
  return sides.map((side) => sideFigure(side.name, samples.get(side) ?? []));
}
