import { type IncomingMessage, request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { createGunzip } from 'node:zlib';
import type { PaymentFilter } from '../router-types.ts';
import { countCsvRows, countJsonLines, type RowCounter } from './count-rows.ts';
import { ExportError } from './export-error.ts';
import { type CsvOptions, exportQuery } from './export-query.ts';
import { type SentTotals, separateTotals } from './totals-line.ts';

export { ExportError } from './export-error.ts';
export type { CsvOptions } from './export-query.ts';

/** The members of a `PaydeckClient` that an export uses. */
type Client = { readonly url: string; accessToken(): Promise<string | null> };

export type ExportOptions = {
  format: 'csv' | 'jsonl';
  /** The filter of `payments.list`. With `minAmountMinor` or `maxAmountMinor` it must have a currency. */
  filter?: PaymentFilter;
  /** How CSV is written. */
  csv?: CsvOptions;
  signal?: AbortSignal;
};

export type PaymentExport = {
  /** The file in pieces. The iteration ends only when the file is complete; otherwise it rejects with `ExportError`. */
  chunks: AsyncIterable<Buffer>;
  /** How many rows have arrived. */
  readonly rows: number;
  /** Null until the whole file has arrived. */
  readonly summary: ExportSummary | null;
};

export type ExportSummary = {
  rows: number;
  /** In minor units, by currency. */
  sums: ReadonlyMap<string, bigint>;
  /** The log position at which the file was true, as in stats; null for a file without rows. */
  asOf: number | null;
};

/**
 * Streams all payments that match a filter, in constant memory, and compares the file with the row count and the sums
 * that the server sends at its end. For Node: other platforms do not show HTTP trailers.
 *
 * Rejects with `ExportError` when the server refuses the export or can't be reached. Iterating `chunks` rejects when the
 * file is cut short.
 *
 * @example for await (const chunk of (await exportPayments(client, { format: 'csv' })).chunks) file.write(chunk);
 */
export async function exportPayments(
  client: Client,
  { format, filter = {}, csv = {}, signal }: ExportOptions,
): Promise<PaymentExport> {
  const token = await client.accessToken();
  const url = new URL(`${client.url.replace(/\/$/, '')}/api/payments/export`);
  url.search = exportQuery(filter, format, csv).toString();
  // Some proxies drop the trailers, which have the same totals.
  url.searchParams.set('totals', 'line');
  const response = await open(url, token, signal);
  const counter = format === 'csv' ? countCsvRows(csv.separator) : countJsonLines();
  let summary: ExportSummary | null = null;
  async function* chunks() {
    const { add, end } = separateTotals(format);
    const counted = (piece: Buffer) => {
      counter.add(piece);
      return piece;
    };
    for await (const piece of read(response)) {
      const certain = add(piece);
      if (certain.length > 0) yield counted(certain);
    }
    const { rest, totals } = end();
    if (rest.length > 0) yield counted(rest);
    summary = verifiedSummary(counter, totals ?? totalsOf(response.trailers));
  }
  return {
    chunks: chunks(),
    get rows() {
      return counter.rows;
    },
    get summary() {
      return summary;
    },
  };
}

async function open(
  url: URL,
  token: string | null,
  signal: AbortSignal | undefined,
): Promise<IncomingMessage> {
  const send = url.protocol === 'https:' ? requestHttps : requestHttp;
  const request = send(url, {
    // A kept-alive connection would stay open when the reader stops early.
    agent: false,
    headers: { 'accept-encoding': 'gzip', ...(token !== null && { authorization: `Bearer ${token}` }) },
    ...(signal && { signal }),
  });
  const response = new Promise<IncomingMessage>((resolve, reject) => {
    request.once('response', resolve);
    request.once('error', reject);
  });
  request.end();
  const reply = await response.catch((cause: unknown) => {
    throw signal?.aborted
      ? cause
      : new ExportError('The server is unreachable.', { failure: 'unreachable', cause });
  });
  if (reply.statusCode === 200) return reply;
  throw new ExportError(await refusalOf(reply), { failure: 'refused', status: reply.statusCode ?? null });
}

async function* read(response: IncomingMessage): AsyncGenerator<Buffer> {
  try {
    const isCompressed = response.headers['content-encoding'] === 'gzip';
    const body = isCompressed ? response.pipe(createGunzip()) : response;
    // `pipe` does not forward errors.
    if (body !== response) response.once('error', (cause) => body.destroy(cause));
    for await (const chunk of body) {
      yield Buffer.from(chunk);
    }
  } catch (cause) {
    throw incomplete('the connection was lost', cause);
  } finally {
    response.destroy();
  }
  if (!response.complete) throw incomplete('the connection was lost');
}

/** Compares what arrived with the totals, in which the server says what it sent. */
function verifiedSummary(counter: RowCounter, sent: SentTotals | null): ExportSummary {
  if (sent === null) {
    throw incomplete('the row count and sums at its end are missing; a proxy may have removed them');
  }
  const { rows } = counter;
  if (rows !== sent.rows) throw incomplete(`the server sent ${sent.rows} rows, and ${rows} arrived`);
  if (!counter.addsUpTo(sent.sums))
    throw incomplete('its amounts do not add up to the sums that the server sent');
  return sent;
}

/** The totals in the trailers; null if there are none. */
function totalsOf(trailers: NodeJS.Dict<string>): SentTotals | null {
  const { 'x-row-count': rowCount, 'x-sum-minor': sumMinor, 'x-as-of': asOf } = trailers;
  if (rowCount === undefined || sumMinor === undefined) return null;
  const sent = sumMinor.split(', ').filter(Boolean);
  const sums = new Map(sent.map((part) => [part.slice(0, 3), BigInt(part.slice(4))]));
  return { rows: Number(rowCount), sums, asOf: asOf === undefined ? null : Number(asOf) };
}

const incomplete = (why: string, cause?: unknown) =>
  new ExportError(`The export is incomplete: ${why}.`, { failure: 'cut', cause });

/** The message of a refusal by the REST API. For an answer of anything else, a message that says so. */
async function refusalOf(reply: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of reply) chunks.push(Buffer.from(chunk));
  const text = Buffer.concat(chunks).toString();
  try {
    const body: unknown = JSON.parse(text);
    if (typeof body === 'object' && body !== null && 'message' in body) return String(body.message);
  } catch {
    // A proxy's error page, for example.
  }
  return `The answer (HTTP ${reply.statusCode}) does not come from a Paydeck server.`;
}
