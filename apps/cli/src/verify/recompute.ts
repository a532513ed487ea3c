import { Readable } from 'node:stream';
import type { PaydeckClient } from '@paydeck/client';
import { exportPayments } from '@paydeck/client/export';
import { parseAmount } from '@paydeck/contract/money';
import { readLines } from './read-lines.ts';

export type Figures = { count: number; amountMinor: number };

/** The figures of all payments, added up from the payments themselves as of a log position. */
export type Recomputed = {
  /** Null when there is no payment. */
  asOf: number | null;
  payments: number;
  currencies: ReadonlySet<string>;
  /** By `groupKey`. */
  groups: ReadonlyMap<string, Figures>;
  /** Successful payments, by `monthKey`. Months are in UTC. */
  months: ReadonlyMap<string, Figures>;
  /** `2026-03`; both null when there is no payment. */
  firstMonth: string | null;
  lastMonth: string | null;
};

export const groupKey = (currency: string, method: string, status: string) =>
  `${currency} ${method} ${status}`;
export const monthKey = (currency: string, month: string) => `${currency} ${month}`;

/** Adds up every payment of the server, in constant memory. Rejects as `exportPayments` does. */
export async function recompute(
  client: PaydeckClient,
  { signal, onProgress }: { signal: AbortSignal; onProgress(rows: number): void },
): Promise<Recomputed> {
  const file = await exportPayments(client, { format: 'jsonl', signal });
  const groups = new Map<string, Figures>();
  const months = new Map<string, Figures>();
  const currencies = new Set<string>();
  let firstMonth: string | null = null;
  let lastMonth: string | null = null;
  let reportedRows = 0;
  for await (const line of readLines(Readable.from(file.chunks))) {
    const { amount, currency, method, status, createdAt } = asExportedLine(JSON.parse(line));
    const amountMinor = parseAmount(String(amount), currency) ?? Number.NaN;
    const month = createdAt.slice(0, 7);
    currencies.add(currency);
    add(groups, groupKey(currency, method, status), amountMinor);
    if (status === 'success') add(months, monthKey(currency, month), amountMinor);
    // The export starts with the oldest payment.
    firstMonth ??= month;
    lastMonth = month;
    // Many rows arrive together.
    if (file.rows !== reportedRows) onProgress(file.rows);
    reportedRows = file.rows;
  }
  if (file.summary === null) throw new Error('The export ended without a summary.');
  const { asOf, rows } = file.summary;
  return { asOf, payments: rows, currencies, groups, months, firstMonth, lastMonth };
}

function add(figures: Map<string, Figures>, key: string, amountMinor: number): void {
  const before = figures.get(key) ?? { count: 0, amountMinor: 0 };
  figures.set(key, { count: before.count + 1, amountMinor: before.amountMinor + amountMinor });
}

type ExportedLine = { amount: number; currency: string; method: string; status: string; createdAt: string };

/** The export has already compared its lines with the server's count and sums. */
function asExportedLine(value: unknown): ExportedLine {
  return value as ExportedLine;
}
