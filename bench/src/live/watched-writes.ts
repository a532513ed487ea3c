import type { RunContext } from '../benchmark.ts';
import { formatTable } from '../table.ts';
import { startHttpLoad } from '../writes/over-http.ts';
import { startReceivers } from './load/start-load.ts';
import { untilQuiet } from './load/until-quiet.ts';
import type { Subject } from './subjects.ts';

export type WatchedWritesFigure = {
  subject: string;
  writers: number;
  sockets: number;
  unwatchedPerSecond: number;
  watchedPerSecond: number;
  /** Writes that failed while subscribers watched. */
  refused: number;
  /** Events that all subscribers together received, per second, until the last one arrived. */
  deliveriesPerSecond: number;
  /** From the last answer to the last delivery. */
  behindMs: number;
  /** Subscribers that were still connected at the end. */
  openSockets: number;
};

const writers = 16;
const seconds = 5;
const warmUpSeconds = 1;

/** Measures creates per second over HTTP: without subscribers, then with `sockets` subscribers of all events. */
export async function measureWatchedWrites(
  subjects: readonly Subject[],
  sockets: number,
  { signal, progress }: RunContext,
): Promise<WatchedWritesFigure[]> {
  const figures: WatchedWritesFigure[] = [];
  for (const subject of subjects) {
    signal.throwIfAborted();
    const figure = await measureSubject(subject, sockets, signal);
    const { unwatchedPerSecond, watchedPerSecond } = figure;
    progress(
      `${subject.name}: ${Math.round(unwatchedPerSecond)} creates/s, with ${sockets} subscribers ${Math.round(watchedPerSecond)}/s`,
    );
    figures.push(figure);
  }
  return figures;
}

async function measureSubject(
  subject: Subject,
  sockets: number,
  signal: AbortSignal,
): Promise<WatchedWritesFigure> {
  await using server = await subject.start();
  await using load = startHttpLoad();
  await using receivers = startReceivers();
  const { target } = server;
  const write = (s: number) => load.ask({ ...target, clients: writers, seconds: s });
  await write(warmUpSeconds);
  const unwatched = await write(seconds);

  await receivers.ask({ do: 'connect', target, sockets, stalled: 0 });
  const startedAt = performance.now();
  const watched = await write(seconds);
  const answeredAt = performance.now();
  const counts = await untilQuiet(receivers, { expected: Number.POSITIVE_INFINITY, signal });
  return {
    subject: subject.name,
    writers,
    sockets,
    unwatchedPerSecond: unwatched.perSecond,
    watchedPerSecond: watched.perSecond,
    refused: watched.refused,
    deliveriesPerSecond: counts.received / ((counts.lastAt - startedAt) / 1_000),
    behindMs: Math.max(0, counts.lastAt - answeredAt),
    openSockets: counts.openReaders,
  };
}

export function reportWatchedWrites(figures: readonly WatchedWritesFigure[]): string {
  const [first] = figures;
  if (first === undefined) return '';
  const rate = (perSecond: number) => Math.round(perSecond).toLocaleString('en');
  return formatTable([
    [
      `creates per second, ${first.writers} writers`,
      'no subscribers',
      `${first.sockets} subscribers`,
      'kept',
      'refused',
      'deliveries/s',
      'behind s',
      'open',
    ],
    ...figures.map((figure) => [
      figure.subject,
      rate(figure.unwatchedPerSecond),
      rate(figure.watchedPerSecond),
      `${((figure.watchedPerSecond / figure.unwatchedPerSecond) * 100).toFixed(1)}%`,
      `${figure.refused}`,
      rate(figure.deliveriesPerSecond),
      (figure.behindMs / 1_000).toFixed(1),
      `${figure.openSockets}`,
    ]),
  ]);
}
