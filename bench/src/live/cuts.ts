import { setTimeout as delay } from 'node:timers/promises';
import type { Tokens } from '@paydeck/client';
import type { RunContext } from '../benchmark.ts';
import { postMutation } from '../post.ts';
import { formatTable } from '../table.ts';
import { samplePayment } from '../writes/sample-payment.ts';
import { startCutClients } from './load/start-load.ts';
import type { Target } from './load/target.ts';
import type { Subject } from './subjects.ts';

export type CutsFigure = {
  subject: string;
  clients: number;
  /** Events that were published while connections were cut. */
  events: number;
  /** The share of events that arrived at least once, over all clients: 0 to 1. */
  deliveredShare: number;
  /** Events that a client received again. */
  duplicates: number;
};

const clients = 50;
const eventsPerSecond = 20;
const cutEveryMs = 3_000;
const markerEveryMs = 250;
const markerDeadlineMs = 30_000;

/** Measures all subjects at the same time: it matters what arrives, not when. */
export async function measureCuts(
  subjects: readonly Subject[],
  { seconds, tokens }: { seconds: number; tokens: Tokens },
  { signal, progress }: RunContext,
): Promise<CutsFigure[]> {
  progress(
    `Cutting ${clients} clients of each kind every ${cutEveryMs / 1_000} s on average, for ${seconds} s.`,
  );
  return Promise.all(subjects.map((subject) => measureSubject(subject, { seconds, tokens, signal })));
}

async function measureSubject(
  subject: Subject,
  { seconds, tokens, signal }: { seconds: number; tokens: Tokens; signal: AbortSignal },
): Promise<CutsFigure> {
  await using server = await subject.start();
  await using load = startCutClients();
  const { target } = server;
  await load.ask({ do: 'follow', target, tokens, clients });
  await load.ask({ do: 'start-cutting', everyMs: cutEveryMs });
  const events = seconds * eventsPerSecond;
  for (let n = 0; n < events; n += 1) {
    await publish(target, `event ${n}`);
    await delay(1_000 / eventsPerSecond, undefined, { signal });
  }
  await load.ask({ do: 'stop-cutting' });
  // Clients that reconnect late count too: wait until a marker event has reached every client.
  const deadline = performance.now() + markerDeadlineMs;
  let reached = 0;
  for (let n = 0; reached < clients && performance.now() < deadline; n += 1) {
    await publish(target, `marker ${n}`);
    await delay(markerEveryMs, undefined, { signal });
    reached = (await load.ask({ do: 'count', prefix: 'marker' })).clientsReached;
  }
  const { distinct, duplicates } = await load.ask({ do: 'count', prefix: 'event' });
  return {
    subject: subject.name,
    clients,
    events,
    deliveredShare: distinct / (events * clients),
    duplicates,
  };
}

function publish(target: Target, description: string): Promise<void> {
  return postMutation(target, 'payments.create', { ...samplePayment(0), description });
}

export function reportCuts(figures: readonly CutsFigure[]): string {
  const [first] = figures;
  if (first === undefined) return '';
  return formatTable([
    [
      `${first.clients} clients that are cut repeatedly, ${first.events} events`,
      'delivered',
      'missing',
      'twice',
    ],
    ...figures.map(({ subject, clients: n, events, deliveredShare, duplicates }) => [
      subject,
      `${(deliveredShare * 100).toFixed(2)}%`,
      Math.round((1 - deliveredShare) * n * events).toLocaleString('en'),
      duplicates.toLocaleString('en'),
    ]),
  ]);
}
