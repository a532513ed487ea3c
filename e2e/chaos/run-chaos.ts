import { z } from 'zod';
import type { Fault } from './fault.ts';
import { type Findings, findViolations } from './invariants.ts';
import { followersAreComplete, recover } from './system.ts';
import { openWorld, type World } from './world.ts';

export type ChaosOptions = {
  seed: number;
  minutes: number;
  faults: readonly Fault[];
  /** Gets a line for each fault. */
  progress(line: string): void;
  signal?: AbortSignal;
};

/** One fault: how long it took, and how long the servers, the writers and the followers needed afterwards. */
type FaultRun = { fault: string; faultMs: number; recoveryMs: number };

export type ChaosReport = Findings['figures'] & {
  seed: number;
  faultRuns: readonly FaultRun[];
  calls: number;
  outcomes: Readonly<Record<string, number>>;
  longestAnswerMs: number;
  stepsBack: number;
  followers: readonly { kind: string; events: number; resets: number; connects: number }[];
  refreshes: number;
  /** The errors in the logs of the servers, each once. */
  loggedErrors: readonly string[];
  /** Empty if everything held. */
  violations: readonly string[];
};

const longRunMinutes = 10;

/**
 * Causes faults in a random order until the time is over, each in a system that has recovered from the one before. Then it
 * compares everything that was acknowledged and seen with what is stored. Rejects when the signal is aborted.
 */
export async function runChaos({
  seed,
  minutes,
  faults,
  progress,
  signal,
}: ChaosOptions): Promise<ChaosReport> {
  await using world = await openWorld(seed);
  const usable = faults.filter(({ isLong = false }) => !isLong || minutes >= longRunMinutes);
  const faultRuns: FaultRun[] = [];
  const endAt = performance.now() + minutes * 60_000;
  let deck: Fault[] = [];
  while (performance.now() < endAt) {
    signal?.throwIfAborted();
    if (deck.length === 0) deck = world.random.shuffle(usable);
    const fault = deck.pop();
    if (fault === undefined) throw new RangeError('There must be at least one fault.');
    const run = await causeFault(world, fault);
    faultRuns.push(run);
    progress(`${run.fault}: ${seconds(run.faultMs)}, recovered in ${seconds(run.recoveryMs)}`);
  }
  await world.workload.finish();
  await followersAreComplete(world).catch((error: unknown) => world.violate(String(error)));
  const found = await findViolations(world.db, {
    ledger: world.workload.ledger,
    followers: world.followers,
    stepsBack: world.stepsBack,
  });
  const { calls, outcomes, longestAnswerMs } = world.workload.figures;
  return {
    seed,
    ...found.figures,
    faultRuns,
    calls,
    outcomes: Object.fromEntries(outcomes),
    longestAnswerMs: Math.round(longestAnswerMs),
    stepsBack: world.stepsBack,
    followers: world.followers.map(({ kind, segments, connects }) => ({
      kind,
      events: segments.reduce((sum, { events }) => sum + events.length, 0),
      resets: segments.length - 1,
      connects: connects(),
    })),
    refreshes: world.session.refreshes(),
    loggedErrors: loggedErrors(world),
    violations: [...new Set([...world.violations, ...world.workload.violations, ...found.violations])],
  };
}

async function causeFault(world: World, fault: Fault): Promise<FaultRun> {
  const startedAt = performance.now();
  await fault.run(world).catch((error: unknown) => world.violate(`${fault.name}: ${error}`));
  const endedAt = performance.now();
  await recover(world).catch((error: unknown) => world.violate(`after ${fault.name}: ${error}`));
  return { fault: fault.name, faultMs: endedAt - startedAt, recoveryMs: performance.now() - endedAt };
}

/** Pino's level of an error. */
const errorLevel = 50;
const logLine = z.object({
  level: z.number(),
  msg: z.string().default(''),
  err: z
    .object({ message: z.string(), code: z.string().optional(), stack: z.string().optional() })
    .optional(),
});

function loggedErrors({ servers }: World): string[] {
  const lines = servers.flatMap((server) => server.output().split('\n'));
  const errors = lines.flatMap((line) => {
    // SIGKILL may have cut the last line of a process.
    if (!/^\{.*\}$/.test(line)) return [];
    const { level, msg, err } = logLine.parse(JSON.parse(line));
    if (level < errorLevel) return [];
    return [`${msg}: ${JSON.stringify(err).slice(0, 600)}`];
  });
  return [...new Set(errors)];
}

export const seconds = (ms: number) => `${(ms / 1000).toFixed(1)} s`;
