import { setTimeout as delay } from 'node:timers/promises';
import { paymentMethods, paymentStatuses } from '@paydeck/contract/payments';
import { z } from 'zod';
import { type Answer, callByFetch } from '../faults/wire.ts';
import { createLedger, type Ledger, type Write } from './ledger.ts';
import type { Random } from './random.ts';

export type Workload = {
  ledger: Ledger;
  figures: WorkloadFigures;
  /** Answers that must not happen under any fault. */
  violations: readonly string[];
  /** Waits until every call is answered, and starts no other one until `resume`. */
  pause(): Promise<void>;
  resume(): void;
  /** Creates payments at this URL, in calls of at most 20 payments. */
  create(url: string, count: number): Promise<void>;
  /** `pause` for good. */
  finish(): Promise<void>;
  /** Ends at once, even if no server answers. */
  abort(): Promise<void>;
};

type WorkloadFigures = {
  calls: number;
  /** Calls by their outcome: `ok`, `503 database_unavailable`, `unreachable`. */
  outcomes: Map<string, number>;
  /** The longest answer of a server, without calls that got none. */
  longestAnswerMs: number;
};

/** Longer than the server's own deadlines: a call without an answer by then has lost its connection in silence. */
const callTimeoutMs = 20_000;
const repeatMs = 100;
const paymentsPerCall = 20;

const paymentShape = z.object({
  id: z.string(),
  status: z.enum(paymentStatuses),
  receiver: z.string(),
  amountMinor: z.number(),
});
const answerShape = z.union([
  z.object({ payments: z.array(paymentShape) }).transform(({ payments }) => payments),
  paymentShape.transform((payment) => [payment]),
]);
const listShape = z.object({ total: z.number() });
const dashboardShape = z.object({ totalTransactionsWeek: z.number() });

/**
 * Clients that create, settle and read payments at random servers, each without a client's retries: a write is repeated with
 * its key until the answer is definite. `token` is an access token or an API key of an admin.
 */
export function startWorkload(urls: () => readonly string[], token: string, random: Random): Workload {
  const ledger = createLedger();
  const figures: WorkloadFigures = { calls: 0, outcomes: new Map(), longestAnswerMs: 0 };
  const violations: string[] = [];
  const pending: { write: Write; id: string }[] = [];
  let isPaused = false;
  let isFinishing = false;
  let isAborting = false;
  let running = 0;
  let serial = 0;

  const note = (path: string, answer: Answer): Answer => {
    const outcome = answer.kind === 'refused' ? `${answer.status} ${answer.reason}` : answer.kind;
    figures.calls += 1;
    figures.outcomes.set(outcome, (figures.outcomes.get(outcome) ?? 0) + 1);
    if (answer.kind !== 'unreachable') figures.longestAnswerMs = Math.max(figures.longestAnswerMs, answer.ms);
    if (answer.kind === 'refused' && !isPassing(answer)) {
      violations.push(`${path}: ${answer.status} ${answer.reason} ${answer.message}`);
    }
    return answer;
  };

  const write = async (
    path: Write['path'],
    input: object,
    receivers: string[],
    url?: string,
  ): Promise<Write> => {
    serial += 1;
    const entry = ledger.open({ key: `chaos-${serial}-${random.integer(1, 1e9)}`, path, receivers });
    while (!isAborting) {
      const caller = callByFetch(
        () => url ?? random.pick(urls()),
        async () => token,
        callTimeoutMs,
      );
      const answer = note(path, await caller.mutate(path, input, entry.key));
      if (answer.kind === 'ok') {
        ledger.acknowledge(entry, answerShape.parse(answer.data));
        return entry;
      }
      if (answer.kind === 'refused' && !isPassing(answer)) {
        ledger.refuse(entry);
        return entry;
      }
      await delay(repeatMs);
    }
    return entry;
  };

  const newPayment = () => {
    serial += 1;
    return {
      amountMinor: random.integer(1, 1_000_000),
      currency: 'USD',
      method: random.pick(paymentMethods),
      status: 'pending',
      receiver: `Chaos ${serial} ${random.integer(1, 1e9)}`,
    };
  };
  const addPending = (created: Write) => {
    for (const { id } of created.payments) pending.push({ write: created, id });
  };
  const createMany = async (count: number, url?: string) => {
    const payments = Array.from({ length: count }, newPayment);
    const receivers = payments.map(({ receiver }) => receiver);
    addPending(await write('payments.createMany', { payments }, receivers, url));
  };
  const createOne = async () => {
    const payment = newPayment();
    addPending(await write('payments.create', payment, [payment.receiver]));
  };
  const settle = async () => {
    const payment = pending.shift();
    if (payment === undefined || payment.write.state === 'lost') return;
    const failed = { status: 'failed', failureCode: 'card_declined' };
    const change = random.chance(0.6) ? { status: 'success' } : failed;
    await write('payments.update', { id: payment.id, ...change }, []);
  };
  const read = async () => {
    const { era, acknowledgedPayments: known } = ledger;
    const caller = callByFetch(
      () => random.pick(urls()),
      async () => token,
      callTimeoutMs,
    );
    const list = note('payments.list', await caller.query('payments.list', { limit: 20 }));
    const total = list.kind === 'ok' ? listShape.parse(list.data).total : known;
    if (era === ledger.era && total < known) violations.push(`payments.list counts ${total} of ${known}`);
    const stats = note('stats.dashboard', await caller.query('stats.dashboard', { currency: 'USD' }));
    // The week's figure, as a run may pass midnight.
    const week = stats.kind === 'ok' ? dashboardShape.parse(stats.data).totalTransactionsWeek : known;
    if (era === ledger.era && week < known) violations.push(`stats.dashboard counts ${week} of ${known}`);
  };

  const loop = async (step: () => Promise<void>, pauseMs: number) => {
    while (!isFinishing) {
      if (!isPaused) {
        running += 1;
        await step().finally(() => {
          running -= 1;
        });
      }
      await delay(pauseMs * (0.5 + random.next()));
    }
  };
  const loops = Promise.all([
    ...Array.from({ length: 3 }, () => loop(createOne, 60)),
    loop(() => createMany(random.integer(2, paymentsPerCall)), 250),
    ...Array.from({ length: 2 }, () => loop(settle, 60)),
    loop(read, 150),
  ]);
  // `finish` awaits it. Until then a rejection must not count as unhandled.
  loops.catch(() => {});

  const pause = async () => {
    isPaused = true;
    while (running > 0) await delay(10);
  };
  return {
    ledger,
    figures,
    violations,
    pause,
    resume: () => {
      isPaused = false;
    },
    create: async (url, count) => {
      for (let left = count; left > 0; left -= paymentsPerCall)
        await createMany(Math.min(left, paymentsPerCall), url);
    },
    finish: async () => {
      await pause();
      isFinishing = true;
      await loops;
    },
    abort: async () => {
      isAborting = true;
      isFinishing = true;
      await loops;
    },
  };
}

/** Whether the caller should repeat the call: the server says so by these two statuses. */
const isPassing = (answer: Answer) => answer.kind === 'refused' && [429, 503].includes(answer.status);
