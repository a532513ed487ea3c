import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { PaymentStatus } from '@paydeck/contract/payments';
import { z } from 'zod';
import { type Answer, type Caller, randomPayment, repeatDelayMs, toPayment, toPayments } from './wire.ts';

export type StormLoad = {
  /** The last state of each payment that the server acknowledged. */
  acknowledged: ReadonlyMap<string, PaymentStatus>;
  /** Every attempt, including each repetition of a write. */
  attempts: readonly { path: string; answer: Answer }[];
  /** Reads that lacked a payment which was acknowledged before them. */
  outdated: readonly string[];
  /** Waits until each write is answered. A write with an unknown outcome is repeated with its key. */
  finish(): Promise<void>;
};

const pageSchema = z.object({ total: z.number() });
const statsSchema = z.object({ totalTransactionsWeek: z.number() });

export type StormClients = {
  creators: number;
  /** Importers create many payments in one call. */
  importers?: number;
  settlers: number;
  readers?: number;
  /** The pause between two calls of one client. Default: 0. */
  pauseMs?: number;
  /** The payment that an importer sends. A creator sends it without `createdAt`. */
  newPayment?(): object;
  /** The change that a settler sends for a pending payment, without its id. */
  newChange?(): object;
};

const paymentsPerImport = 20;

/** Starts clients that create, settle and read payments until `finish`. */
export function startStormLoad(
  callers: readonly Caller[],
  {
    creators,
    importers = 0,
    settlers,
    readers = 0,
    pauseMs = 0,
    newPayment = randomPayment,
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
      await delay(repeatDelayMs);
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
    const payments = Array.from({ length: paymentsPerImport }, newPayment);
    const answer = await write(caller, 'payments.createMany', { payments });
    if (answer.kind === 'ok') toPayments(answer.data).forEach(acknowledge);
  };

  const settle = async (caller: Caller) => {
    const id = pending.shift();
    if (id === undefined) return void (await delay(repeatDelayMs));
    const answer = await write(caller, 'payments.update', { id, ...newChange() });
    if (answer.kind === 'ok') acknowledged.set(id, toPayment(answer.data).status);
  };

  const read = async (caller: Caller) => {
    const known = acknowledged.size;
    const list = await caller.query('payments.list', { limit: 5 });
    const stats = await caller.query('stats.dashboard', { currency: 'USD' });
    attempts.push({ path: 'payments.list', answer: list }, { path: 'stats.dashboard', answer: stats });
    if (list.kind === 'ok' && pageSchema.parse(list.data).total < known) outdated.push('payments.list');
    if (list.kind !== 'ok') await delay(repeatDelayMs);
    // This compares the week's figure and not the day's, because a run may pass midnight.
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
  // `finish` awaits it. Until then a rejection must not count as unhandled.
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
