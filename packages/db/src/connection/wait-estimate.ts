import { performance } from 'node:perf_hooks';

export type WaitEstimate = {
  /** To be called when a query starts. The returned function ends it, and returns how many milliseconds it took. */
  start(): () => number;
  /** How long a query takes: as long as the last ones did, or as long as the running ones already take. */
  queryMs(): number;
  /** How long a query waits for a connection that comes after `ahead` other ones, while all connections are in use. */
  waitMs(ahead: number): number;
};

/** The weight of the newest query in the average. */
const weight = 0.1;

/** Estimates the waits for `connections` connections from the times of the queries that use them. */
export function createWaitEstimate(connections: number): WaitEstimate {
  let averageMs = 0;
  const startTimes = new Set<{ at: number }>();

  const queryMs = () => {
    const now = performance.now();
    let ages = 0;
    for (const { at } of startTimes) ages += now - at;
    return Math.max(averageMs, startTimes.size === 0 ? 0 : ages / startTimes.size);
  };

  return {
    start: () => {
      const turn = { at: performance.now() };
      startTimes.add(turn);
      return () => {
        const tookMs = performance.now() - turn.at;
        startTimes.delete(turn);
        averageMs += weight * (tookMs - averageMs);
        return tookMs;
      };
    },
    queryMs,
    waitMs: (ahead) => ((ahead + 1) * queryMs()) / connections,
  };
}
