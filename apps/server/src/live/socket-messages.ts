import { AppError, invalidInput } from '@paydeck/api/errors';
import { appRouter } from '@paydeck/api/router';
import { parseConnectionParamsFromUnknown } from '@trpc/server/http';
import { parseTRPCMessage } from '@trpc/server/rpc';
import { z } from 'zod';
import { refuseDeepJson, unreadableNumbers } from '../calls/json-text.ts';

/** A call over ws. The `lastEventId` that the client sent becomes part of the input, as it does over HTTP. */
export type SocketCall = {
  id: string | number;
  jsonrpc: '2.0' | undefined;
  type: 'query' | 'mutation' | 'subscription';
  path: string;
  input: unknown;
};

const maxIdBytes = 100;

/** A message that ends a subscription. */
type SocketStop = { id: string | number; type: 'stop' };

/** Parses a message as JSON. Reason: `invalid_input`, also if it is nested too deep. */
export function parseJson(text: string): unknown {
  refuseDeepJson(text);
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new AppError('invalid_input', 'The message must be valid JSON.', { cause });
  }
}

/**
 * Why a message can't be answered though it is JSON: it has numbers that a double can't hold as they are written. The refusal names
 * the fields as inputs do. Null for most messages.
 */
export function numberProblem(text: string): AppError | null {
  const issues = unreadableNumbers(text);
  if (issues.length === 0) return null;
  return invalidInput(
    issues.map(({ path, message }) => ({ path: path.replace(/^(\d+\.)?params\.(input\.)?/, ''), message })),
  );
}

/** Reads a message of tRPC's protocol. Reason: `invalid_input`. */
export function parseMessage(json: unknown): SocketCall | SocketStop {
  const { call, lastEventId } = separateLastEventId(json);
  const message = parsedByTrpc(call);
  const { id, jsonrpc } = message;
  if (id === null) throw new AppError('invalid_input', 'The message must have an id.');
  // Each answer repeats the id.
  if (Buffer.byteLength(JSON.stringify(id)) > maxIdBytes) {
    throw new AppError('invalid_input', `The id of a message must have at most ${maxIdBytes} bytes of JSON.`);
  }
  if (message.method === 'subscription.stop') return { id, type: 'stop' };
  const { path, input } = message.params;
  return {
    id,
    jsonrpc,
    type: message.method,
    path,
    input: lastEventId === undefined ? input : { ...z.looseObject({}).catch({}).parse(input), lastEventId },
  };
}

/**
 * tRPC only takes a text as `lastEventId`, though `started.position` is a number. The schemas of subscriptions take both, and
 * say what a `lastEventId` must be.
 */
function separateLastEventId(json: unknown): { call: unknown; lastEventId: unknown } {
  if (!isRecord(json) || !isRecord(json.params)) return { call: json, lastEventId: undefined };
  const { lastEventId, ...params } = json.params;
  return { call: { ...json, params }, lastEventId };
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function parsedByTrpc(json: unknown) {
  try {
    return parseTRPCMessage(json, appRouter._def._config.transformer);
  } catch (cause) {
    throw new AppError(
      'invalid_input',
      'The message must be a call: an object with id, method (query, mutation or subscription) and params.path.',
      { cause },
    );
  }
}

/** The token in tRPC's connection parameters, which are a socket's first message; null for none. Reason: `invalid_input`. */
export function tokenOf(connectionParams: unknown): string | null {
  const message = z.object({ data: z.unknown() }).safeParse(connectionParams);
  try {
    return parseConnectionParamsFromUnknown(message.data?.data)?.token ?? null;
  } catch {
    // Handled below, with messages of any other shape.
  }
  if (message.success && message.data.data === null) return null;
  throw new AppError(
    'invalid_input',
    'The first message must hold the connection parameters: {"data":{"token":"…"}}.',
  );
}
