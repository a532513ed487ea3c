import { type IncomingMessage, request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { createGunzip } from 'node:zlib';
import type { PaymentFilter } from '../router-types.ts';
import { checkExport, type ExportSummary, incomplete } from './check-export.ts';
import { ExportError } from './export-error.ts';
import { type CsvOptions, exportQuery } from './export-query.ts';
import type { SentTotals } from './totals-line.ts';

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
  /**
   * The currency that all payments must have, for a CSV file without a currency column. Otherwise the file is refused at
   * its end.
   */
  onlyCurrency?: string | undefined;
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
  { format, filter = {}, csv = {}, onlyCurrency, signal }: ExportOptions,
): Promise<PaymentExport> {
  const token = await client.accessToken();
  const url = new URL(`${client.url.replace(/\/$/, '')}/api/payments/export`);
  url.search = exportQuery(filter, format, csv).toString();
  // Some proxies drop the trailers, which have the same totals.
  url.searchParams.set('totals', 'line');
  const response = await open(url, token, signal);
  const check = checkExport({ format, separator: csv.separator, decimal: csv.decimal, onlyCurrency });
  let summary: ExportSummary | null = null;
  async function* chunks() {
    for await (const piece of read(response)) {
      const certain = check.add(piece);
      if (certain.length > 0) yield asBuffer(certain);
    }
    const { rest, summary: checked } = check.end(totalsOf(response.trailers));
    if (rest.length > 0) yield asBuffer(rest);
    summary = checked;
  }
  return {
    chunks: chunks(),
    get rows() {
      return check.rows;
    },
    get summary() {
      return summary;
    },
  };
}

const asBuffer = ({ buffer, byteOffset, length }: Uint8Array<ArrayBuffer>) =>
  Buffer.from(buffer, byteOffset, length);

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

/** The totals in the trailers; null if there are none. */
function totalsOf(trailers: NodeJS.Dict<string>): SentTotals | null {
  const { 'x-row-count': rowCount, 'x-sum-minor': sumMinor, 'x-as-of': asOf } = trailers;
  if (rowCount === undefined || sumMinor === undefined) return null;
  const sent = sumMinor.split(', ').filter(Boolean);
  const sums = new Map(sent.map((part) => [part.slice(0, 3), BigInt(part.slice(4))]));
  return { rows: Number(rowCount), sums, asOf: asOf === undefined ? null : Number(asOf) };
}

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
