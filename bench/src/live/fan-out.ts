import { setTimeout as delay } from 'node:timers/promises';
import type { RunContext } from '../benchmark.ts';
import { percentile } from '../measure.ts';
import { formatTable } from '../table.ts';
import type { TimedEvent } from './load/receivers.ts';
import { startReceivers } from './load/start-load.ts';
import type { RunningSubject, Subject } from './subjects.ts';

export type FanOutOptions = {
  /** The numbers of sockets. Each subject is measured with each of them. */
  sockets: readonly number[];
  /** How many events are timed, one after the other. */
  events: number;
};

export type FanOutFigure = {
  subject: string;
  sockets: number;
  /** The size of one event as it is sent. */
  eventBytes: number;
  p50Ms: number;
  p99Ms: number;
  answerP50Ms: number;
  /** User and system time of the server process only. */
  cpuMsPerEvent: number;
  /** How much the server process grows per idle socket, after a garbage collection. Null with few sockets. */
  idleBytesPerSocket: number | null;
};

const warmUpEvents = 10;
const eventsPerTurn = 5;
/** Long enough for server and receivers to finish the work on the last event. */
const pauseMs = 25;
const settleMs = 1_000;
/** With fewer sockets, random variation of the heap is larger than the memory of the sockets. */
const fewestForMemory = 1_000;

/**
 * Runs all subjects at the same time, with all their sockets, and sends events to them in turns, so that other load on the
 * machine affects all of them alike. Each number of sockets gets fresh processes.
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
      progress(`Connecting ${count} sockets to ${subject.name}.`);
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

/** Starts a subject, subscribes the sockets, and measures how much memory they take. */
async function watch(subject: Subject, sockets: number): Promise<Watched> {
  await using started = new AsyncDisposableStack();
  const server = started.use(await subject.start());
  const receivers = started.use(startReceivers());
  const { target } = server;
  const timeEvents = (count: number) => receivers.ask({ do: 'time-events', target, events: count, pauseMs });
  // Load and compile all code before memory is compared.
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

/** Collects garbage twice with a pause: the second collection frees what the first one released. */
async function settledMemory(server: RunningSubject): Promise<number> {
  await delay(settleMs);
  await server.usage({ collectGarbage: true });
  await delay(settleMs / 2);
  return (await server.usage({ collectGarbage: true })).rssBytes;
}

/** Ratios compare with the first subject and the same number of sockets. */
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

function memoryCells(bytes: number | null, baseBytes: number | null): string[] {
  return bytes === null || baseBytes === null
    ? ['', '']
    : [(bytes / 1_000).toFixed(1), ratio(bytes, baseBytes)];
}

const ratio = (value: number, base: number) => `${(value / base).toFixed(2)}×`;
