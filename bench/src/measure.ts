export type Load = { clients: number; seconds: number };

/** Something measured beside others: how many calls per second it does under a load. */
export type Subject = { name: string; measure(load: Load): Promise<number> };

/**
 * Runs `clients` loops, each of which calls again as soon as its last call was answered. Gives answered calls per
 * second, over the time until the last answer. Rejects with the first call that does.
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

/** Rates by the name of the subject, one for each round. */
export type Rates = ReadonlyMap<string, readonly number[]>;

/**
 * Measures the subjects in turns, each once a round, so that what else the machine does meets all of them. Every
 * other round goes backwards, so that nobody always follows the same neighbour.
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
      load.progress(`${load.clients} clients, round ${round + 1}: ${name} ${Math.round(rate)}/s`);
    }
  }
  return rates;
}

/** The middle one, or the mean of the two in the middle; NaN of none. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const upper = sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
  const lower = sorted[Math.floor((sorted.length - 1) / 2)] ?? Number.NaN;
  return (lower + upper) / 2;
}

/** The value that `share` (0.99 is the 99th percentile) of all values don't exceed, by nearest rank; NaN of none. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN;
}
