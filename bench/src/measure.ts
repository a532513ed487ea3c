import { plural } from './table.ts';

export type Load = { clients: number; seconds: number };

/** One of the things that a benchmark compares. `measure` resolves to its calls per second under a load. */
export type Subject = { name: string; measure(load: Load): Promise<number> };

/**
 * Runs `clients` loops, each of which calls again as soon as its last call is answered. Resolves to the answered calls per
 * second, over the time until the last answer. Rejects when a call rejects.
 */
export async function callsPerSecond(
  { clients, seconds }: Load,
  call: () => Promise<unknown>,
): Promise<number> {
  const startedAt = performance.now();
  const endsAt = startedAt + seconds * 1_000;
  let calls = 0;
  const loop = async () => {
    while (performance.now() < endsAt) {
      await call();
      calls += 1;
    }
  };
  await Promise.all(Array.from({ length: clients }, loop));
  return calls / ((performance.now() - startedAt) / 1_000);
}

/** The rates of each subject by its name, one for each round. */
export type Rates = ReadonlyMap<string, readonly number[]>;

/**
 * Measures each subject once per round, so that other load on the machine affects all of them alike. Every other round runs
 * in reverse order, so that no subject always follows the same one.
 */
export async function measureInTurns(
  subjects: readonly Subject[],
  load: Load & { rounds: number; signal: AbortSignal; progress(line: string): void },
): Promise<Rates> {
  const rates = new Map<string, number[]>(subjects.map(({ name }) => [name, []]));
  for (let round = 0; round < load.rounds; round += 1) {
    for (const { name, measure } of round % 2 === 0 ? subjects : subjects.toReversed()) {
      load.signal.throwIfAborted();
      const rate = await measure(load);
      rates.get(name)?.push(rate);
      load.progress(
        `Round ${round + 1} with ${plural(load.clients, 'client')}: ${name} ${Math.round(rate)}/s`,
      );
    }
  }
  return rates;
}

/** The middle value, or the mean of the two middle values. NaN for an empty list. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const upper = sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
  const lower = sorted[Math.floor((sorted.length - 1) / 2)] ?? Number.NaN;
  return (lower + upper) / 2;
}

/** A percentile by nearest rank; a `share` of 0.99 is the 99th. NaN for an empty list. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN;
}
