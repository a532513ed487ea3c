import { AppError } from '@paydeck/api/errors';
import { appRouter } from '@paydeck/api/router';
import { parseConnectionParamsFromUnknown } from '@trpc/server/http';
import { parseTRPCMessage } from '@trpc/server/rpc';
import { z } from 'zod';

/** A call over ws. What the client sent as `lastEventId` is part of its input, as over HTTP. */
export type SocketCall = {
  id: string | number;
  jsonrpc: '2.0' | undefined;
  type: 'query' | 'mutation' | 'subscription';
  path: string;
  input: unknown;
};

const maxIdLength = 100;

/** The end of a subscription. */
type SocketStop = { id: string | number; type: 'stop' };

/** The JSON of a message. Reason: `invalid_input`. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new AppError('invalid_input', 'The message is not valid JSON.', { cause });
  }
}

/** A message as tRPC's protocol has it. Reason: `invalid_input`. */
export function parseMessage(json: unknown): SocketCall | SocketStop {
  const message = parsedByTrpc(json);
  const { id, jsonrpc } = message;
  if (id === null) throw new AppError('invalid_input', 'A message needs an id.');
  if (String(id).length > maxIdLength) {
    throw new AppError('invalid_input', `An id has at most ${maxIdLength} characters.`);
  }
  if (message.method === 'subscription.stop') return { id, type: 'stop' };
  const { path, input, lastEventId } = message.params;
  return {
    id,
    jsonrpc,
    type: message.method,
    path,
    input: lastEventId === undefined ? input : { ...z.looseObject({}).catch({}).parse(input), lastEventId },
  };
}

function parsedByTrpc(json: unknown) {
  try {
    return parseTRPCMessage(json, appRouter._def._config.transformer);
  } catch (cause) {
    throw new AppError(
      'invalid_input',
      'The message is no call: it needs id, method (query, mutation, subscription) and params.path.',
      { cause },
    );
  }
}

/** The token that a socket's first message brings; null for none. Reason: `invalid_input`. */
export function tokenOf(connectionParams: unknown): string | null {
  const message = z.object({ data: z.unknown() }).safeParse(connectionParams);
  try {
    return parseConnectionParamsFromUnknown(message.data?.data)?.token ?? null;
  } catch {
    // Said below, as when the message has another shape.
  }
  if (message.success && message.data.data === null) return null;
  throw new AppError(
    'invalid_input',
    'The first message is to bring the connection parameters: {"data":{"token":"…"}}.',
  );
}
