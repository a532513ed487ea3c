import { setTimeout as delay } from 'node:timers/promises';
import type { RunContext } from '../benchmark.ts';
import { postMutation } from '../post.ts';
import { formatTable } from '../table.ts';
import { samplePayment } from '../writes/sample-payment.ts';
import { startReceivers } from './load/start-load.ts';
import type { Target } from './load/target.ts';
import { untilQuiet } from './load/until-quiet.ts';
import type { RunningSubject, Subject } from './subjects.ts';

export type SlowReadersFigure = {
  subject: string;
  seconds: number;
  /** Published in that time, by writes that were answered; fewer than asked for when the server can't keep up. */
  events: number;
  /** Writes that failed. */
  refused: number;
  /** Events at those who read, of all at all of them; 0 to 1. */
  deliveredShare: number;
  /** From the last write to the last event at those who read. */
  behindMs: number;
  /** The most that the server process grew by while it ran. */
  grownBytes: number;
  /** Stalled sockets that the server closed, and others. */
  stalledClosed: number;
  readersClosed: number;
};

export const slowReaders = { sockets: 500, stalled: 5 } as const;
const { sockets, stalled } = slowReaders;
const eventsPerSecond = 1_000;
const eventsPerWrite = 50;
/** Writes under way: a server that answers late is written to more slowly. */
const writesAtOnce = 4;
const sampleEveryMs = 1_000;
const warmUpSeconds = 5;
/** So long those that were stalled have to find that they were closed. */
const wakeMs = 2_000;

/** Most subscribers read as fast as they can, a few not at all, while events come fast. */
export async function measureSlowReaders(
  subjects: readonly Subject[],
  seconds: number,
  { signal, progress }: RunContext,
): Promise<SlowReadersFigure[]> {
  const figures: SlowReadersFigure[] = [];
  for (const subject of subjects) {
    progress(`${subject.name}: ${sockets} subscribers, ${stalled} of them stalled, for ${seconds} s.`);
    figures.push(await measureOne(subject, seconds, signal));
  }
  return figures;
}

async function measureOne(
  subject: Subject,
  seconds: number,
  signal: AbortSignal,
): Promise<SlowReadersFigure> {
  await using server = await subject.start();
  await using receivers = startReceivers();
  const { target } = server;
  // What a process takes for its first thousands of payments is not what is measured.
  await publish(target, { seconds: warmUpSeconds, signal });
  await receivers.ask({ do: 'connect', target, sockets, stalled });
  await using memory = await watchMemory(server);

  const { events, refused } = await publish(target, { seconds, signal });
  const publishedAt = performance.now();
  const expected = events * (sockets - stalled);
  const end = await untilQuiet(receivers, { expected, signal });
  const grownBytes = memory.grownBytes();
  await receivers.ask({ do: 'wake' });
  await delay(wakeMs, undefined, { signal });
  const { openStalled } = await receivers.ask({ do: 'count' });
  return {
    subject: subject.name,
    seconds,
    events,
    refused,
    deliveredShare: end.received / expected,
    behindMs: end.lastAt - publishedAt,
    grownBytes,
    stalledClosed: stalled - openStalled,
    readersClosed: sockets - stalled - end.openReaders,
  };
}

/** Creates payments at a steady rate; gives how many were, and how many writes failed. */
async function publish(
  target: Target,
  { seconds, signal }: { seconds: number; signal: AbortSignal },
): Promise<{ events: number; refused: number }> {
  const startedAt = performance.now();
  const writes = (seconds * eventsPerSecond) / eventsPerWrite;
  const payments = Array.from({ length: eventsPerWrite }, (_, n) => samplePayment(n));
  let begun = 0;
  let answered = 0;
  let refused = 0;
  const writer = async () => {
    while (begun < writes && performance.now() - startedAt < seconds * 1_000) {
      const dueMs = (begun * eventsPerWrite * 1_000) / eventsPerSecond;
      begun += 1;
      await delay(Math.max(0, startedAt + dueMs - performance.now()), undefined, { signal });
      await postMutation(target, 'payments.createMany', { payments }).then(
        () => {
          answered += 1;
        },
        () => {
          refused += 1;
        },
      );
    }
  };
  await Promise.all(Array.from({ length: writesAtOnce }, writer));
  return { events: answered * eventsPerWrite, refused };
}

/** Looks again and again how large the server process is; it may answer late. */
async function watchMemory(server: RunningSubject) {
  const { rssBytes: before } = await server.usage({ collectGarbage: true });
  const stop = new AbortController();
  let most = before;
  const look = async () => {
    while (!stop.signal.aborted) {
      most = Math.max(most, (await server.usage({ collectGarbage: false })).rssBytes);
      await delay(sampleEveryMs, undefined, { signal: stop.signal }).catch(() => {});
    }
  };
  const looking = look();
  // Whoever waits for it is told; until then a server that ended is no reason to end without cleaning up.
  looking.catch(() => {});
  return {
    grownBytes: () => most - before,
    [Symbol.asyncDispose]: async () => {
      stop.abort();
      await looking;
    },
  };
}

/** All figures are of one length. */
export function reportSlowReaders(figures: readonly SlowReadersFigure[]): string {
  const [any] = figures;
  if (any === undefined) return '';
  const heading = `${sockets} subscribers, ${stalled} stalled, ${eventsPerSecond} events/s for ${any.seconds} s`;
  return formatTable([
    [heading, 'published', 'refused', 'delivered', 'behind s', 'grown MB', 'stalled closed', 'others closed'],
    ...figures.map((figure) => [
      figure.subject,
      figure.events.toLocaleString('en'),
      `${figure.refused}`,
      `${(figure.deliveredShare * 100).toFixed(1)}%`,
      (figure.behindMs / 1_000).toFixed(1),
      (figure.grownBytes / 1e6).toFixed(0),
      `${figure.stalledClosed} of ${stalled}`,
      `${figure.readersClosed} of ${sockets - stalled}`,
    ]),
  ]);
}
