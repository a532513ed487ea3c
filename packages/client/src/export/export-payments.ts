import { type IncomingMessage, request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { createGunzip } from 'node:zlib';
import type { PaydeckClient, PaymentFilter } from '../create-client.ts';
import { countCsvRows, countJsonLines, type RowCounter } from './count-rows.ts';
import { ExportError } from './export-error.ts';
import { exportQuery } from './export-query.ts';

export { ExportError } from './export-error.ts';

export type ExportOptions = {
  format: 'csv' | 'jsonl';
  /** The filter of `payments.list`; bounds of amounts need its currency. */
  filter?: PaymentFilter;
  signal?: AbortSignal;
};

export type PaymentExport = {
  /** The file, piece by piece. It ends only when it is whole; else it rejects with `ExportError`. */
  chunks: AsyncIterable<Buffer>;
  /** How many rows have gone by. */
  readonly rows: number;
  /** What the file holds; null until all of it has come. */
  readonly summary: ExportSummary | null;
};

export type ExportSummary = {
  rows: number;
  /** In minor units, by currency. */
  sums: ReadonlyMap<string, bigint>;
  /** The log position that the file is true as of, as stats have it; null for a file of no rows. */
  asOf: number | null;
};

/**
 * Streams all payments of a filter as a file, in constant memory, and holds it to what the server says of it at its end:
 * the count of rows and the sums of their amounts. For Node, since other platforms hide trailers.
 *
 * Rejects with `ExportError` when it is refused or the server is not reached; iterating rejects when the file is cut.
 *
 * @example for await (const chunk of (await exportPayments(client, { format: 'csv' })).chunks) file.write(chunk);
 */
export async function exportPayments(
  client: PaydeckClient,
  { format, filter = {}, signal }: ExportOptions,
): Promise<PaymentExport> {
  const token = await client.accessToken();
  const url = new URL(`${client.url.replace(/\/$/, '')}/api/payments/export`);
  url.search = exportQuery(filter, format).toString();
  const response = await open(url, token, signal);
  const counter = format === 'csv' ? countCsvRows() : countJsonLines();
  let summary: ExportSummary | null = null;
  async function* chunks() {
    yield* read(response, counter);
    summary = checked(counter, response.trailers);
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
    // A connection of its own: a kept one would stay open when the reader leaves early.
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

async function* read(response: IncomingMessage, counter: RowCounter): AsyncGenerator<Buffer> {
  try {
    const isCompressed = response.headers['content-encoding'] === 'gzip';
    const body = isCompressed ? response.pipe(createGunzip()) : response;
    // `pipe` hands on no errors.
    if (body !== response) response.once('error', (cause) => body.destroy(cause));
    for await (const chunk of body) {
      const piece = Buffer.from(chunk);
      counter.add(piece);
      yield piece;
    }
  } catch (cause) {
    throw cut('the connection was lost', cause);
  } finally {
    response.destroy();
  }
  if (!response.complete) throw cut('the connection was lost');
}

/** Holds what came to what the trailers say was sent. */
function checked(counter: RowCounter, trailers: NodeJS.Dict<string>): ExportSummary {
  const { 'x-row-count': rowCount, 'x-sum-minor': sumMinor, 'x-as-of': asOf } = trailers;
  if (rowCount === undefined || sumMinor === undefined) {
    throw cut('its end does not say what was sent; something between the server and here dropped that');
  }
  const { rows } = counter;
  if (rows !== Number(rowCount)) throw cut(`${rowCount} rows were sent, and ${rows} came`);
  const sent = sumMinor.split(', ').filter(Boolean);
  const sums = new Map(sent.map((part) => [part.slice(0, 3), BigInt(part.slice(4))]));
  if (!counter.addsUpTo(sums)) throw cut('its amounts do not add up to what was sent');
  return { rows, sums, asOf: asOf === undefined ? null : Number(asOf) };
}

const cut = (why: string, cause?: unknown) =>
  new ExportError(`The export is not whole: ${why}.`, { failure: 'cut', cause });

/** The message of a refusal, as the REST API words it. */
async function refusalOf(reply: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of reply) chunks.push(Buffer.from(chunk));
  const text = Buffer.concat(chunks).toString();
  try {
    const body: unknown = JSON.parse(text);
    if (typeof body === 'object' && body !== null && 'message' in body) return String(body.message);
  } catch {
    // Not of this API.
  }
  return `The server's address answered ${reply.statusCode}, but not as this API answers.`;
}
