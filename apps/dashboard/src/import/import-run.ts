import { isTransient } from '@paydeck/client';
import { retry } from '@paydeck/client/retry';
import type { FileRow } from '@paydeck/payment-files/import-row';
import { readPayments } from '@paydeck/payment-files/read-payments';
import { type BadRow, type ImportResult, noResult, sendRows } from '@paydeck/payment-files/send-rows';
import { useSyncExternalStore } from 'react';
import { client } from '../client.ts';
import { piecesOf } from './file-pieces.ts';
import { type ImportSettings, maxKeptRows, readOptionsOf } from './import-settings.ts';
import { forgetUnfinishedImport, keepUnfinishedImport } from './unfinished-import.ts';

/** A file and how it is imported. The currency is named, so that another default of the server can't change the payments. */
export type ImportPlan = {
  userId: string;
  file: File;
  settings: ImportSettings;
  preset: string;
  header: readonly string[];
  separator: string;
  /** The rows of the file, if all of it has been checked. */
  rows: number | null;
};

/** `stopped`: by the operator. `failed`: by an error that an immediate retry would not fix. */
export type ImportPhase = 'running' | 'paused' | 'stopped' | 'failed' | 'done';

export type ImportRun = {
  plan: ImportPlan;
  phase: ImportPhase;
  result: ImportResult;
  bad: readonly BadRow[];
  bytes: number;
  /** How long it has run, without pauses, until `at`. */
  runMs: number;
  /** Whether the server is away, and the page tries again. */
  isWaiting: boolean;
  error: unknown;
  /** The first and the last time of the payments, in milliseconds since 1970; null if none names one. */
  times: { first: number; last: number } | null;
};

const backoff = { firstMs: 250, maxMs: 5_000 };

/** The import of this page. It continues while another view is shown. */
let run: ImportRun | null = null;
let stop = new AbortController();
let gate = openGate();
const listeners = new Set<() => void>();

function show(changes: Partial<ImportRun>): void {
  if (run === null) return;
  run = { ...run, ...changes };
  for (const listener of listeners) listener();
}

export const useImportRun = (): ImportRun | null =>
  useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    () => run,
  );

const isActive = (phase: ImportPhase | undefined): boolean => phase === 'running' || phase === 'paused';

/**
 * Starts an import, or one that was interrupted, from the beginning of its file: payments that exist already are skipped. Does
 * nothing while another import runs.
 */
export async function startImport(plan: ImportPlan): Promise<void> {
  if (isActive(run?.phase)) return;
  stop = new AbortController();
  gate = openGate();
  const { signal } = stop;
  const bad: BadRow[] = [];
  const clock = stopwatch();
  let times: ImportRun['times'] = null;
  run = {
    plan,
    phase: 'running',
    result: noResult(),
    bad: [],
    bytes: 0,
    runMs: 0,
    isWaiting: false,
    error: null,
    times: null,
  };
  show({});
  keep(0);
  try {
    const rows = readPayments(
      piecesOf(plan.file, { signal, onBytes: (bytes) => show({ bytes }) }),
      readOptionsOf(plan.file, plan.settings, { ...plan, defaultCurrency: plan.settings.currency }),
    );
    const result = await sendRows({
      rows: pausable(rows),
      signal,
      importPayments: async (payments) => {
        const answer = await retry(() => client.api.payments.import.mutate({ payments }), {
          isTransient,
          backoff,
          signal,
          onWait: () => show({ isWaiting: true }),
        });
        show({ isWaiting: false });
        return answer;
      },
      onBadRow: (row) => void (bad.length < maxKeptRows && bad.push(row)),
      onProgress: (progress) => {
        show({ result: structuredClone(progress), bad: [...bad], runMs: clock.elapsed(), times });
        keep(progress.rows);
      },
    });
    const isDone = !signal.aborted;
    show({ phase: isDone ? 'done' : 'stopped', result: structuredClone(result), bad: [...bad] });
    if (isDone) forgetUnfinishedImport();
  } catch (error) {
    show({ phase: signal.aborted ? 'stopped' : 'failed', error, bad: [...bad] });
  } finally {
    show({ isWaiting: false, runMs: clock.elapsed() });
  }

  /** Lets rows through while the import is not paused, and notes their times. */
  async function* pausable(rows: AsyncIterable<FileRow>): AsyncGenerator<FileRow> {
    for await (const row of rows) {
      if (run?.phase === 'paused') {
        clock.pause();
        await gate.opened;
        clock.resume();
      }
      if ('payment' in row && row.payment.createdAt !== undefined) {
        const at = Date.parse(row.payment.createdAt);
        const { first, last } = times ?? { first: at, last: at };
        times = { first: Math.min(first, at), last: Math.max(last, at) };
      }
      yield row;
    }
  }

  function keep(rows: number): void {
    const { file, settings, userId } = plan;
    keepUnfinishedImport({ userId, name: file.name, size: file.size, rows, settings });
  }
}

export function pauseImport(): void {
  if (run?.phase !== 'running') return;
  gate = closedGate();
  show({ phase: 'paused' });
}

export function resumeImport(): void {
  if (run?.phase !== 'paused') return;
  show({ phase: 'running' });
  gate.open();
}

/** Ends the import after the running calls. `startImport` continues it. */
export function stopImport(): void {
  stop.abort();
  gate.open();
}

/** Forgets the import that has ended, so that another file can be chosen. */
export function clearImport(): void {
  if (isActive(run?.phase)) return;
  run = null;
  forgetUnfinishedImport();
  for (const listener of listeners) listener();
}

client.session.subscribe(() => {
  const { user } = client.session;
  if (user === null) stopImport();
  // The next user must not see what this one imported.
  else if (run !== null && run.plan.userId !== user.id) {
    run = null;
    for (const listener of listeners) listener();
  }
});

window.addEventListener('beforeunload', (event) => {
  if (isActive(run?.phase)) event.preventDefault();
});

function openGate() {
  return { opened: Promise.resolve(), open: () => {} };
}

function closedGate() {
  const { promise, resolve } = Promise.withResolvers<void>();
  return { opened: promise, open: resolve };
}

/** Measures time without pauses. */
function stopwatch() {
  let before = 0;
  let since: number | null = performance.now();
  const elapsed = () => before + (since === null ? 0 : performance.now() - since);
  return {
    elapsed,
    pause: () => {
      before = elapsed();
      since = null;
    },
    resume: () => {
      since = performance.now();
    },
  };
}
