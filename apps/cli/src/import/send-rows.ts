import { issuesOf, type PaydeckClient } from '@paydeck/client';
import { type RetryOptions, retryPassing } from '../retry-passing.ts';
import { createIdentifier } from './identify-rows.ts';
import type { FileRow } from './import-row.ts';

export type BadRow = { line: number; problem: string; text: string };

export type ImportCounts = { rows: number; created: number; skipped: number; bad: number };

type Sending = {
  client: PaydeckClient;
  rows: AsyncIterable<FileRow>;
  retrying: RetryOptions;
  onBadRow(row: BadRow): void;
  onProgress(counts: ImportCounts): void;
};

type GoodRow = { line: number; text: string; payment: ReturnType<ReturnType<typeof createIdentifier>> };

/** Rows of one call: with the longest texts still less than the server takes. */
const chunkRows = 500;
const callsAtOnce = 2;

/**
 * Sends the rows of a file, a few calls at once. Bad rows are told and left out, the others go on. After a failure, or
 * when the signal aborts, no new call begins; the rejection comes when none is under way. Sending again goes on.
 */
export async function sendRows({
  client,
  rows,
  retrying,
  onBadRow,
  onProgress,
}: Sending): Promise<ImportCounts> {
  const { signal } = retrying;
  const counts: ImportCounts = { rows: 0, created: 0, skipped: 0, bad: 0 };
  const identify = createIdentifier();
  const failures: unknown[] = [];
  const underWay = new Set<Promise<void>>();

  const refuse = ({ line, text }: GoodRow | FileRow, problem: string) => {
    counts.bad += 1;
    onBadRow({ line, problem, text });
  };

  const send = async (chunk: readonly GoodRow[]): Promise<void> => {
    let left = chunk;
    while (left.length > 0) {
      const payments = left.map(({ payment }) => payment);
      try {
        const { created, skipped } = await retryPassing(
          () => client.api.payments.import.mutate({ payments }),
          retrying,
        );
        counts.created += created;
        counts.skipped += skipped.length;
        break;
      } catch (error) {
        const problems = problemsByRow(error);
        if (problems.size === 0) throw error;
        for (const [n, problem] of problems) {
          const row = left[n];
          if (row !== undefined) refuse(row, problem);
        }
        left = left.filter((_, n) => !problems.has(n));
      }
    }
    onProgress(counts);
  };

  const start = async (chunk: readonly GoodRow[]) => {
    while (underWay.size >= callsAtOnce) await Promise.race(underWay);
    if (failures.length > 0) return;
    const call = send(chunk)
      .catch((error: unknown) => void failures.push(error))
      .finally(() => underWay.delete(call));
    underWay.add(call);
  };

  let chunk: GoodRow[] = [];
  try {
    // Once aborted, the rows may have no end.
    if (signal.aborted) return counts;
    for await (const row of rows) {
      if (signal.aborted || failures.length > 0) break;
      counts.rows += 1;
      if ('problem' in row) {
        refuse(row, row.problem);
        continue;
      }
      chunk.push({ line: row.line, text: row.text, payment: identify(row.payment) });
      if (chunk.length < chunkRows) continue;
      await start(chunk);
      chunk = [];
    }
  } catch (error) {
    failures.push(error);
  }
  if (!signal.aborted) await start(chunk);
  await Promise.all(underWay);
  if (failures.length > 0 && !signal.aborted) throw failures[0];
  return counts;
}

/** What the server says of which row of a call; empty for an error of another kind. */
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
