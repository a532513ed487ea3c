import { issuesOf, type RouterInputs, type RouterOutputs } from '@paydeck/client';
import { createIdentifier } from '../identify-rows.ts';
import type { FileRow } from '../import-row.ts';

export type BadRow = { line: number; problem: string; text: string };

/** `leftOut`: rows that a mapping does not record, such as payouts. */
export type ImportCounts = { rows: number; created: number; skipped: number; leftOut: number; bad: number };

/** Amounts in minor units, by currency. */
export type Sums = Record<string, number>;

/** `createdMinor` are the amounts that were recorded, and `skippedMinor` those of rows whose payment existed already. */
export type ImportResult = ImportCounts & { createdMinor: Sums; skippedMinor: Sums };

type ImportCall = (
  payments: RouterInputs['payments']['import']['payments'],
) => Promise<RouterOutputs['payments']['import']>;

type SendRowsOptions = {
  /** Calls `payments.import`, and repeats the call while the server is away. */
  importPayments: ImportCall;
  rows: AsyncIterable<FileRow>;
  signal: AbortSignal;
  onBadRow(row: BadRow): void;
  /** Called after each answer of the server. The result changes afterwards. */
  onProgress(result: ImportResult): void;
};

type GoodRow = { line: number; text: string; payment: ReturnType<ReturnType<typeof createIdentifier>> };

/** Even with the longest texts, this many rows are smaller than the largest body that the server accepts. */
const rowsPerCall = 500;
const maxConcurrentCalls = 2;

export const noResult = (): ImportResult => ({
  rows: 0,
  created: 0,
  skipped: 0,
  leftOut: 0,
  bad: 0,
  createdMinor: {},
  skippedMinor: {},
});

/**
 * Sends the rows of a file, a few calls at once. Bad rows are reported and skipped. After a failure, or when the signal
 * aborts, no new call starts, and the promise settles when the running calls have ended. Sending the same rows again
 * continues where it stopped, because a payment whose id exists already is skipped.
 */
export async function sendRows({
  importPayments,
  rows,
  signal,
  onBadRow,
  onProgress,
}: SendRowsOptions): Promise<ImportResult> {
  const result = noResult();
  const identify = createIdentifier();
  const failures: unknown[] = [];
  const runningCalls = new Set<Promise<void>>();

  const reportBadRow = ({ line, text }: GoodRow | FileRow, problem: string) => {
    result.bad += 1;
    onBadRow({ line, problem, text });
  };

  const send = async (chunk: readonly GoodRow[]): Promise<void> => {
    let remaining = chunk;
    while (remaining.length > 0) {
      const payments = remaining.map(({ payment }) => payment);
      try {
        addAnswer(result, payments, await importPayments(payments));
        break;
      } catch (error) {
        const problems = problemsByRow(error);
        if (problems.size === 0) throw error;
        for (const [n, problem] of problems) {
          const row = remaining[n];
          if (row !== undefined) reportBadRow(row, problem);
        }
        remaining = remaining.filter((_, n) => !problems.has(n));
      }
    }
    onProgress(result);
  };

  const startCall = async (chunk: readonly GoodRow[]) => {
    while (runningCalls.size >= maxConcurrentCalls) await Promise.race(runningCalls);
    if (failures.length > 0) return;
    const call = send(chunk)
      .catch((error: unknown) => void failures.push(error))
      .finally(() => runningCalls.delete(call));
    runningCalls.add(call);
  };

  let chunk: GoodRow[] = [];
  try {
    // After an interruption the input may never end.
    if (signal.aborted) return result;
    for await (const row of rows) {
      if (signal.aborted || failures.length > 0) break;
      result.rows += 1;
      if ('problem' in row) {
        reportBadRow(row, row.problem);
        continue;
      }
      if ('leftOut' in row) {
        result.leftOut += 1;
        continue;
      }
      chunk.push({ line: row.line, text: row.text, payment: identify(row.payment) });
      if (chunk.length < rowsPerCall) continue;
      await startCall(chunk);
      chunk = [];
    }
  } catch (error) {
    failures.push(error);
  }
  if (!signal.aborted) await startCall(chunk);
  await Promise.all(runningCalls);
  if (failures.length > 0 && !signal.aborted) throw failures[0];
  return result;
}

/** Counts an answer. If payments have the same id, the server has recorded the first one and skipped the others. */
function addAnswer(
  result: ImportResult,
  payments: readonly GoodRow['payment'][],
  { created, skipped }: RouterOutputs['payments']['import'],
): void {
  result.created += created;
  result.skipped += skipped.length;
  const skips = new Map<string, number>();
  for (const id of skipped) skips.set(id, (skips.get(id) ?? 0) + 1);
  for (const { id, currency = '', amountMinor } of payments.toReversed()) {
    const left = skips.get(id) ?? 0;
    if (left > 0) skips.set(id, left - 1);
    const sums = left > 0 ? result.skippedMinor : result.createdMinor;
    sums[currency] = (sums[currency] ?? 0) + amountMinor;
  }
}

/** The server's problem with each row of a call, by its index; empty for an error that concerns no row. */
function problemsByRow(error: unknown): Map<number, string> {
  const problems = new Map<number, string>();
  for (const { path, message } of issuesOf(error)) {
    const [, index, field = ''] = /^payments\.(\d+)\.?(.*)$/.exec(path) ?? [];
    if (index === undefined) continue;
    const n = Number(index);
    const problem = `${field.replace('amountMinor', 'amount') || 'the payment'} ${message}`;
    problems.set(n, [problems.get(n), problem].filter(Boolean).join('; '));
  }
  return problems;
}
