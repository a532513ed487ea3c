import { setTimeout as delay } from 'node:timers/promises';
import type { RunContext } from '../benchmark.ts';
import { percentile } from '../measure.ts';
import { formatTable } from '../table.ts';
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
  p50Ms: number;
  p99Ms: number;
  answerP50Ms: number;
  /** Of the server process alone, user and system time. */
  cpuMsPerEvent: number;
  /** Growth of the server process from no socket to all idle, after a garbage collection. */
  idleBytesPerSocket: number;
};

const warmUpEvents = 10;
/** The server's and the receivers' work on the last event is over by then, on any machine that can be measured on. */
const pauseMs = 25;
const settleMs = 1_000;

/** Each number of sockets at each subject, in a fresh process. */
export async function measureFanOut(
  subjects: readonly Subject[],
  { sockets, events }: FanOutOptions,
  { signal, progress }: RunContext,
): Promise<FanOutFigure[]> {
  const figures: FanOutFigure[] = [];
  for (const count of sockets) {
    for (const subject of subjects) {
      signal.throwIfAborted();
      const figure = await measureOne(subject, count, events);
      const { p50Ms, cpuMsPerEvent } = figure;
      progress(
        `${count} sockets: ${subject.name}, last delivery ${p50Ms.toFixed(1)} ms, CPU ${cpuMsPerEvent.toFixed(1)} ms`,
      );
      figures.push(figure);
    }
  }
  return figures;
}

async function measureOne(subject: Subject, sockets: number, events: number): Promise<FanOutFigure> {
  await using server = await subject.start();
  await using receivers = startReceivers();
  const { target } = server;
  const timeEvents = (count: number) => receivers.ask({ do: 'time-events', target, events: count, pauseMs });
  // Code is loaded and compiled before memory is compared.
  await receivers.ask({ do: 'connect', target, sockets: 10, stalled: 0 });
  await timeEvents(warmUpEvents);
  await receivers.ask({ do: 'close' });
  const empty = await settledMemory(server);

  await receivers.ask({ do: 'connect', target, sockets, stalled: 0 });
  const idle = await settledMemory(server);
  await timeEvents(warmUpEvents);
  const before = await server.usage({ collectGarbage: false });
  const { timed } = await timeEvents(events);
  const after = await server.usage({ collectGarbage: false });
  const deliveries = timed.map(({ lastDeliveryMs }) => lastDeliveryMs);
  const answers = timed.map(({ answerMs }) => answerMs);
  return {
    subject: subject.name,
    sockets,
    p50Ms: percentile(deliveries, 0.5),
    p99Ms: percentile(deliveries, 0.99),
    answerP50Ms: percentile(answers, 0.5),
    cpuMsPerEvent: (after.cpuMs - before.cpuMs) / events,
    idleBytesPerSocket: (idle - empty) / sockets,
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
  const ratio = (value: number, of: number) => `${(value / of).toFixed(2)}×`;
  return formatTable([
    [
      `${base.sockets} sockets`,
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
      figure.p50Ms.toFixed(1),
      ratio(figure.p50Ms, base.p50Ms),
      figure.p99Ms.toFixed(1),
      ratio(figure.p99Ms, base.p99Ms),
      figure.answerP50Ms.toFixed(1),
      figure.cpuMsPerEvent.toFixed(1),
      ratio(figure.cpuMsPerEvent, base.cpuMsPerEvent),
      (figure.idleBytesPerSocket / 1_000).toFixed(1),
      ratio(figure.idleBytesPerSocket, base.idleBytesPerSocket),
    ]),
  ]);
}
