import { setTimeout as delay } from 'node:timers/promises';
import { type LoadAnswer, refusals } from '../../http-load/tally.ts';
import { otherLists } from '../calls.ts';
import type { RunningServer } from '../servers/running-server.ts';
import type { Instruments } from '../sides.ts';

type Measure = (seconds: number) => Promise<LoadAnswer>;

const sliceSeconds = 0.25;
export const readers = 8;

/** Lists by `readers` clients, none with a shared answer. Their times show whether other work delays reads. */
export const readLists =
  ({ load }: Instruments, server: RunningServer): Measure =>
  (seconds) =>
    load.loop({ url: server.url, clients: readers, seconds, calls: otherLists(server), keepTimes: true });

/** The times of a load's calls. A refused call counts as one that never ends. */
export const timesOf = (answer: LoadAnswer): number[] => [
  ...answer.timesMs,
  ...Array.from({ length: refusals(answer) }, () => Number.POSITIVE_INFINITY),
];

/** Measures in short slices until the work has ended. Resolves to the times of all calls. */
export async function timesWhile(work: Promise<unknown>, measure: Measure): Promise<number[]> {
  let hasEnded = false;
  const end = () => {
    hasEnded = true;
  };
  work.then(end, end);
  const times: number[] = [];
  do times.push(...timesOf(await measure(sliceSeconds)));
  while (!hasEnded);
  return times;
}

/** The same on a quiet server, in the same slices, because each slice opens its connections first. */
export const timesWhenQuiet = (seconds: number, measure: Measure): Promise<number[]> =>
  timesWhile(delay(1_000 * seconds), measure);
