import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { PaymentStatus } from '@paydeck/contract/payments';
import { z } from 'zod';
import { type Answer, beforeRepeatMs, type Caller, somePayment, toPayment, toPayments } from './wire.ts';

export type StormLoad = {
  /** The last state of each payment that the server acknowledged. */
  acknowledged: ReadonlyMap<string, PaymentStatus>;
  /** Every single attempt. */
  attempts: readonly { path: string; answer: Answer }[];
  /** Answers that said less than what had been acknowledged before they were asked for. */
  outdated: readonly string[];
  /** Lets every write come to an end: one whose outcome is unknown is repeated with its key until it is known. */
  finish(): Promise<void>;
};

const pageSchema = z.object({ total: z.number() });
const statsSchema = z.object({ totalTransactionsWeek: z.number() });

export type StormClients = {
  creators: number;
  /** They create many payments in one call. */
  importers?: number;
  settlers: number;
  readers?: number;
  /** Between two calls of one client; 0, the default, is as fast as it is answered. */
  pauseMs?: number;
  /** What an importer sends as one payment, a creator without `createdAt`. */
  newPayment?(): object;
  /** What a settler sends for a pending payment, besides its id. */
  newChange?(): object;
};

const inOneImport = 20;

/** Clients that create, settle and read payments. */
export function startStormLoad(
  callers: readonly Caller[],
  {
    creators,
    importers = 0,
    settlers,
    readers = 0,
    pauseMs = 0,
    newPayment = somePayment,
    newChange = () => ({ status: Math.random() < 0.5 ? 'success' : 'failed' }),
  }: StormClients,
): StormLoad {
  const acknowledged = new Map<string, PaymentStatus>();
  const attempts: { path: string; answer: Answer }[] = [];
  const outdated: string[] = [];
  const pending: string[] = [];
  let finishing = false;

  const write = async (caller: Caller, path: string, input: object): Promise<Answer> => {
    const key = randomUUID();
    for (;;) {
      const answer = await caller.mutate(path, input, key);
      attempts.push({ path, answer });
      const isUnknown = answer.kind === 'unreachable' || (answer.kind === 'refused' && answer.status === 503);
      if (!isUnknown) return answer;
      await delay(beforeRepeatMs);
    }
  };

  const acknowledge = ({ id, status }: { id: string; status: PaymentStatus }) => {
    acknowledged.set(id, status);
    if (status === 'pending') pending.push(id);
  };

  const create = async (caller: Caller) => {
    const answer = await write(caller, 'payments.create', { ...newPayment(), createdAt: undefined });
    if (answer.kind === 'ok') acknowledge(toPayment(answer.data));
  };

  const createMany = async (caller: Caller) => {
    const payments = Array.from({ length: inOneImport }, newPayment);
    const answer = await write(caller, 'payments.createMany', { payments });
    if (answer.kind === 'ok') toPayments(answer.data).forEach(acknowledge);
  };

  const settle = async (caller: Caller) => {
    const id = pending.shift();
    if (id === undefined) return void (await delay(beforeRepeatMs));
    const answer = await write(caller, 'payments.update', { id, ...newChange() });
    if (answer.kind === 'ok') acknowledged.set(id, toPayment(answer.data).status);
  };

  const read = async (caller: Caller) => {
    const known = acknowledged.size;
    const list = await caller.query('payments.list', { limit: 5 });
    const stats = await caller.query('stats.dashboard', { currency: 'USD' });
    attempts.push({ path: 'payments.list', answer: list }, { path: 'stats.dashboard', answer: stats });
    if (list.kind === 'ok' && pageSchema.parse(list.data).total < known) outdated.push('payments.list');
    if (list.kind !== 'ok') await delay(beforeRepeatMs);
    // Of the week, since a run may pass midnight.
    if (stats.kind === 'ok' && statsSchema.parse(stats.data).totalTransactionsWeek < known) {
      outdated.push('stats.dashboard');
    }
  };

  const loops = (count: number, step: (caller: Caller) => Promise<void>) =>
    Array.from({ length: count }, async (_, n) => {
      const caller = callers[n % callers.length];
      while (caller !== undefined && !finishing) {
        await step(caller);
        if (pauseMs > 0) await delay(pauseMs);
      }
    });
  const running = Promise.all([
    ...loops(creators, create),
    ...loops(importers, createMany),
    ...loops(settlers, settle),
    ...loops(readers, read),
  ]);
  // Awaited by `finish`; until then a failure must not count as unhandled.
  running.catch(() => {});

  return {
    acknowledged,
    attempts,
    outdated,
    finish: async () => {
      finishing = true;
      await running;
    },
  };
}
