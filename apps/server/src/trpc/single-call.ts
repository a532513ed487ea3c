import type { IncomingHttpHeaders } from 'node:http';
import { type AnyProcedure, TRPCError } from '@trpc/server';
import type { FastifyRequest } from 'fastify';
import { checkJson } from '../calls/json-text.ts';
import { procedures } from '../calls/procedures.ts';

/** A query or mutation that is alone in its HTTP request. */
export type SingleCall = { path: string; procedure: AnyProcedure; readInput(): unknown };

const jsonType = /^application\/json\s*(;|$)/i;
/** Some programs begin a text in UTF-8 with it. `JSON.parse` refuses it, and the adapter skips it. */
const byteOrderMark = '\uFEFF';

/**
 * The call of a request in the form in which tRPC's clients send it: a GET with nothing but `input` in its query string, or
 * a POST of JSON without a query string. Null for everything else, which tRPC's adapter answers: batches, event streams,
 * other parameters and types, and requests that it refuses.
 */
export function singleCallOf({ method, url, headers, body }: FastifyRequest): SingleCall | null {
  const [, path = '', query] = /^\/trpc\/([\w.]+)(?:\?(.*))?$/.exec(url) ?? [];
  const procedure = procedures.get(path);
  if (procedure === undefined || wantsLines(headers) || !hasValidHost(headers)) return null;
  const { type } = procedure._def;
  const contentType = headers['content-type'];
  if (method === 'GET' && type === 'query' && (contentType === undefined || jsonType.test(contentType))) {
    const text = inputTextOf(query);
    return text === null ? null : { path, procedure, readInput: () => parseInput(text) };
  }
  if (method === 'POST' && type === 'mutation' && query === undefined && jsonType.test(contentType ?? '')) {
    if (typeof body !== 'string' || body.startsWith(byteOrderMark)) return null;
    return { path, procedure, readInput: () => parseInput(body) };
  }
  return null;
}

/** tRPC then answers line by line, which it only does for batches. */
const wantsLines = (headers: IncomingHttpHeaders): boolean =>
  headers['trpc-accept'] !== undefined || headers.accept?.includes('application/jsonl') === true;

const hasValidHost = ({ host = 'localhost' }: IncomingHttpHeaders): boolean => URL.canParse(`http://${host}`);

/** The JSON in `input`, which is empty if there is none; null if the query string has anything else. */
function inputTextOf(query: string | undefined): string | null {
  if (query === undefined) return '';
  const [, encoded] = /^input=([^&+#]*)$/.exec(query) ?? [];
  if (encoded === undefined) return null;
  try {
    return decodeURIComponent(encoded);
  } catch {
    return null;
  }
}

function parseInput(text: string): unknown {
  if (text === '') return undefined;
  checkJson(text);
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new TRPCError({ code: 'BAD_REQUEST', cause });
  }
}
