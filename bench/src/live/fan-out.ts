import { setTimeout as delay } from 'node:timers/promises';
import type { RunContext } from '../benchmark.ts';
import { percentile } from '../measure.ts';
import { formatTable } from '../table.ts';
import type { TimedEvent } from './load/receivers.ts';
import { startReceivers } from './load/start-load.ts';
import type { RunningSubject, Subject } from './subjects.ts';

export type FanOutOptions = {
  /** Each subject is measured with each number of sockets. */
  sockets: readonly number[];
  /** Events timed, one after the other. */
  events: number;
};

export type FanOutFigure = {
  subject: string;
  sockets: number;
  /** Length of one event as it is sent. */
  eventBytes: number;
  p50Ms: number;
  p99Ms: number;
  answerP50Ms: number;
  /** Of the server process alone, user and system time. */
  cpuMsPerEvent: number;
  /** Growth of the server process from no socket to all idle, after a garbage collection; null with few sockets. */
  idleBytesPerSocket: number | null;
};

const warmUpEvents = 10;
const eventsPerTurn = 5;
/** The server's and the receivers' work on the last event is over by then, on any machine that can be measured on. */
const pauseMs = 25;
const settleMs = 1_000;
/** Below, what the heap happens to keep outweighs what the sockets take. */
const fewestForMemory = 1_000;

/**
 * All subjects stand at the same time, with all their sockets, and are sent events in turns: what else the machine does
 * meets all of them. Each number of sockets has fresh processes.
 */
export async function measureFanOut(
  subjects: readonly Subject[],
  { sockets, events }: FanOutOptions,
  { signal, progress }: RunContext,
): Promise<FanOutFigure[]> {
  const figures: FanOutFigure[] = [];
  for (const count of sockets) {
    await using running = new AsyncDisposableStack();
    const watched: Watched[] = [];
    for (const subject of subjects) {
      signal.throwIfAborted();
      progress(`${count} sockets: connecting to ${subject.name}.`);
      watched.push(running.use(await watch(subject, count)));
    }
    for (let sent = 0; sent < events; sent += eventsPerTurn) {
      const turn = Math.min(eventsPerTurn, events - sent);
      const isForward = (sent / eventsPerTurn) % 2 === 0;
      for (const { sendEvents } of isForward ? watched : watched.toReversed()) {
        signal.throwIfAborted();
        await sendEvents(turn);
      }
    }
    figures.push(...watched.map(({ figure }) => figure()));
  }
  return figures;
}

type Watched = AsyncDisposable & { sendEvents(count: number): Promise<void>; figure(): FanOutFigure };

/** Starts a subject and subscribes so many sockets; how much memory they take is measured here. */
async function watch(subject: Subject, sockets: number): Promise<Watched> {
  await using started = new AsyncDisposableStack();
  const server = started.use(await subject.start());
  const receivers = started.use(startReceivers());
  const { target } = server;
  const timeEvents = (count: number) => receivers.ask({ do: 'time-events', target, events: count, pauseMs });
  // Code is loaded and compiled before memory is compared.
  await receivers.ask({ do: 'connect', target, sockets: 10, stalled: 0 });
  await timeEvents(warmUpEvents);
  await receivers.ask({ do: 'close' });
  const empty = await settledMemory(server);
  await receivers.ask({ do: 'connect', target, sockets, stalled: 0 });
  const idle = await settledMemory(server);
  const { eventBytes } = await timeEvents(warmUpEvents);

  const timed: TimedEvent[] = [];
  let cpuMs = 0;
  const running = started.move();
  return {
    sendEvents: async (count) => {
      const before = await server.usage({ collectGarbage: false });
      timed.push(...(await timeEvents(count)).timed);
      cpuMs += (await server.usage({ collectGarbage: false })).cpuMs - before.cpuMs;
    },
    figure: () => {
      const deliveries = timed.map(({ lastDeliveryMs }) => lastDeliveryMs);
      const answers = timed.map(({ answerMs }) => answerMs);
      return {
        subject: subject.name,
        sockets,
        eventBytes,
        p50Ms: percentile(deliveries, 0.5),
        p99Ms: percentile(deliveries, 0.99),
        answerP50Ms: percentile(answers, 0.5),
        cpuMsPerEvent: cpuMs / timed.length,
        idleBytesPerSocket: sockets < fewestForMemory ? null : (idle - empty) / sockets,
      };
    },
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
}

/** Twice with a pause: what the first collection lets go of is freed by the second. */
async function settledMemory(server: RunningSubject): Promise<number> {
  await delay(settleMs);
  await server.usage({ collectGarbage: true });
  await delay(settleMs / 2);
  return (await server.usage({ collectGarbage: true })).rssBytes;
}

/** Ratios are to the first subject, with as many sockets. */
export function reportFanOut(figures: readonly FanOutFigure[]): string {
  const counts = [...new Set(figures.map(({ sockets }) => sockets))];
  return counts.map((count) => tableFor(figures.filter(({ sockets }) => sockets === count))).join('\n\n');
}

function tableFor(figures: readonly FanOutFigure[]): string {
  const [base] = figures;
  if (base === undefined) return '';
  return formatTable([
    [
      `${base.sockets} sockets`,
      'bytes',
      'p50 ms',
      'ratio',
      'p99 ms',
      'ratio',
      'answer',
      'CPU ms',
      'ratio',
      'kB idle',
      'ratio',
    ],
    ...figures.map((figure) => [
      figure.subject,
      `${figure.eventBytes}`,
      figure.p50Ms.toFixed(1),
      ratio(figure.p50Ms, base.p50Ms),
      figure.p99Ms.toFixed(1),
      ratio(figure.p99Ms, base.p99Ms),
      figure.answerP50Ms.toFixed(1),
      figure.cpuMsPerEvent.toFixed(1),
      ratio(figure.cpuMsPerEvent, base.cpuMsPerEvent),
      ...memoryCells(figure.idleBytesPerSocket, base.idleBytesPerSocket),
    ]),
  ]);
}

function memoryCells(bytes: number | null, ofBytes: number | null): string[] {
  return bytes === null || ofBytes === null ? ['', ''] : [(bytes / 1_000).toFixed(1), ratio(bytes, ofBytes)];
}

const ratio = (value: number, of: number) => `${(value / of).toFixed(2)}×`;
