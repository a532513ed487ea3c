import { percentile } from '../measure.ts';
import type { RawAnswer } from './raw-http.ts';

export type LoadAnswer = {
  /** Calls that were answered with 2xx. */
  calls: number;
  perSecond: number;
  p50Ms: number;
  p99Ms: number;
  /** How long each of them took. Empty unless they were asked for. */
  timesMs: readonly number[];
  /** User and system time of the load's own process per call. */
  loadCpuMs: number;
  /** Calls that were answered with an error, by their status. */
  refused: Readonly<Record<number, number>>;
  /** The status and body of the last of them. */
  lastRefusal: string | null;
  /** The sum of the sizes of all bodies. */
  bodyBytes: number;
};

/** Counts the answers of a load from now on. `answer` sums up, as of now. */
export function startTally(): {
  note(answer: RawAnswer, sentAt: number): void;
  answer(options: { keepTimes: boolean }): LoadAnswer;
} {
  const times: number[] = [];
  const refused: Record<number, number> = {};
  let bytes = 0;
  let answered = 0;
  let lastRefusal: string | null = null;
  const cpuBefore = process.cpuUsage();
  const startedAt = performance.now();
  return {
    note: ({ status, bodyBytes, errorText }, sentAt) => {
      answered += 1;
      bytes += bodyBytes;
      if (status >= 200 && status < 300) times.push(performance.now() - sentAt);
      else {
        refused[status] = (refused[status] ?? 0) + 1;
        lastRefusal = `${status} ${errorText}`;
      }
    },
    answer: ({ keepTimes }) => {
      const seconds = (performance.now() - startedAt) / 1_000;
      const { user, system } = process.cpuUsage(cpuBefore);
      return {
        calls: times.length,
        perSecond: times.length / seconds,
        p50Ms: percentile(times, 0.5),
        p99Ms: percentile(times, 0.99),
        timesMs: keepTimes ? times : [],
        loadCpuMs: (user + system) / 1_000 / answered,
        refused,
        lastRefusal,
        bodyBytes: bytes,
      };
    },
  };
}

/** How many calls were answered with an error. */
export const refusals = ({ refused }: Pick<LoadAnswer, 'refused'>): number =>
  Object.values(refused).reduce((sum, count) => sum + count, 0);
