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
  /** Events that were published by answered writes. Fewer than planned when the server can't keep up. */
  events: number;
  /** Writes that failed. */
  refused: number;
  /** The share of events that arrived, over all subscribers that read: 0 to 1. */
  deliveredShare: number;
  /** From the last write to the last event that a reading subscriber got. */
  behindMs: number;
  /** The most that the server process grew by. */
  grownBytes: number;
  /** Sockets that the server closed: of stalled subscribers, and of those that read. */
  stalledClosed: number;
  readersClosed: number;
};

export const slowReaders = { sockets: 500, stalled: 5 } as const;
const { sockets, stalled } = slowReaders;
const eventsPerSecond = 1_000;
const eventsPerWrite = 50;
/** At most 4 writes run concurrently, so a slow server gets fewer of them. */
const writesAtOnce = 4;
const sampleEveryMs = 1_000;
const warmUpSeconds = 5;
/** How long stalled subscribers may take to notice that they were closed. */
const wakeMs = 2_000;

/** Publishes fast while most subscribers read as fast as they can, and a few read nothing. */
export async function measureSlowReaders(
  subjects: readonly Subject[],
  seconds: number,
  { signal, progress }: RunContext,
): Promise<SlowReadersFigure[]> {
  const figures: SlowReadersFigure[] = [];
  for (const subject of subjects) {
    progress(
      `Publishing to ${sockets} subscribers of ${subject.name}, ${stalled} of them stalled, for ${seconds} s.`,
    );
    figures.push(await measureSubject(subject, seconds, signal));
  }
  return figures;
}

async function measureSubject(
  subject: Subject,
  seconds: number,
  signal: AbortSignal,
): Promise<SlowReadersFigure> {
  await using server = await subject.start();
  await using receivers = startReceivers();
  const { target } = server;
  // The first thousands of payments make any process grow, so they are not measured.
  await publish(target, { seconds: warmUpSeconds, signal });
  await receivers.ask({ do: 'connect', target, sockets, stalled });
  await using memory = await watchMemory(server);

  const { events, refused } = await publish(target, { seconds, signal });
  const publishedAt = performance.now();
  const expected = events * (sockets - stalled);
  const counts = await untilQuiet(receivers, { expected, signal });
  const grownBytes = memory.grownBytes();
  await receivers.ask({ do: 'wake' });
  await delay(wakeMs, undefined, { signal });
  const { openStalled } = await receivers.ask({ do: 'count' });
  return {
    subject: subject.name,
    seconds,
    events,
    refused,
    deliveredShare: counts.received / expected,
    behindMs: counts.lastAt - publishedAt,
    grownBytes,
    stalledClosed: stalled - openStalled,
    readersClosed: sockets - stalled - counts.openReaders,
  };
}

/** Creates payments at a steady rate. Resolves to how many were created, and how many writes failed. */
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

/** Polls the size of the server process, which may answer late. */
async function watchMemory(server: RunningSubject) {
  const { rssBytes: before } = await server.usage({ collectGarbage: true });
  const stop = new AbortController();
  let highest = before;
  const poll = async () => {
    while (!stop.signal.aborted) {
      highest = Math.max(highest, (await server.usage({ collectGarbage: false })).rssBytes);
      await delay(sampleEveryMs, undefined, { signal: stop.signal }).catch(() => {});
    }
  };
  const polling = poll();
  // The disposer awaits it. Until then a rejection must not count as unhandled, which would skip the cleanup.
  polling.catch(() => {});
  return {
    grownBytes: () => highest - before,
    [Symbol.asyncDispose]: async () => {
      stop.abort();
      await polling;
    },
  };
}

export function reportSlowReaders(figures: readonly SlowReadersFigure[]): string {
  const [first] = figures;
  if (first === undefined) return '';
  const heading = `${sockets} subscribers, ${stalled} stalled, ${eventsPerSecond} events/s for ${first.seconds} s`;
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
