import { randomUUID } from 'node:crypto';
import type { Duplex } from 'node:stream';
import { authenticate } from '@paydeck/api/authenticate';
import type { Services } from '@paydeck/api/context';
import { AppError, toAppError } from '@paydeck/api/errors';
import { type LiveRun, type LiveSink, LiveSubscription } from '@paydeck/api/live-subscription';
import { appRouter } from '@paydeck/api/router';
import {
  callTRPCProcedure,
  getErrorShape,
  getTRPCErrorFromUnknown,
  transformTRPCResponse,
} from '@trpc/server';
import type { TRPCResponseMessage } from '@trpc/server/rpc';
import type { FastifyBaseLogger } from 'fastify';
import { WebSocket } from 'ws';
import { eventFrames } from './event-frames.ts';
import { socketLimits } from './socket-limits.ts';
import { parseMessage, type SocketCall } from './socket-messages.ts';

export type SocketCalls = {
  /** Answers a message of the client. `admission` resolves to the token of its calls, or to null for none. */
  answer(json: unknown, admission: Promise<string | null>): void;
  /** Sends an error about the socket as a whole, or about a message that is not a call. */
  refuse(error: unknown): void;
  /** Continues to send events, after the client has read what was sent. */
  resume(): void;
  /** When the last call arrived, by `performance.now()`; 0 before the first. */
  lastCalledAt(): number;
  close(): void;
};

type Subscription = { run: LiveRun | null; isFull: boolean };

const config = appRouter._def._config;

/**
 * Answers the calls of one socket. tRPC validates, authorizes and formats them. Unlike tRPC's ws adapter, it encodes an
 * event once for all sockets, and sends events only as fast as the client reads them.
 */
export function createSocketCalls(
  socket: WebSocket,
  stream: Duplex,
  { services, log, onFull }: { services: Services; log: FastifyBaseLogger; onFull(): void },
): SocketCalls {
  const subscriptions = new Map<string | number, Subscription>();
  let running = 0;
  let lastCalledAt = 0;

  const send = (message: TRPCResponseMessage) => {
    if (socket.readyState !== WebSocket.OPEN) return;
    socket.send(JSON.stringify(transformTRPCResponse(config, message)));
    if (stream.writableLength > socketLimits.unsentBytes) onFull();
  };

  const sendError = (cause: unknown, call: SocketCall | null) => {
    const error = getTRPCErrorFromUnknown(cause);
    const { path, type = 'unknown', input } = call ?? {};
    const { reason, httpStatus } = toAppError(error);
    if (httpStatus >= 500) log.error({ err: error, path, reason }, 'call over ws failed');
    else log.info({ path, reason }, 'call over ws refused');
    const shape = getErrorShape({ config, error, path, type, input, ctx: undefined });
    send({ id: call?.id ?? null, ...jsonrpcOf(call), error: shape });
  };

  const perform = ({ path, type, input }: SocketCall, token: string | null): Promise<unknown> =>
    callTRPCProcedure({
      router: appRouter,
      path,
      type,
      getRawInput: async () => input,
      ctx: {
        ...services,
        requestId: randomUUID(),
        idempotencyKey: null,
        authenticate: () => authenticate(services, token),
      },
      signal: undefined,
      batchIndex: 0,
    });

  const answerCall = async (call: SocketCall, admission: Promise<string | null>) => {
    if (running >= socketLimits.callsAtOnce) {
      throw new AppError(
        'too_many_requests',
        `A socket may have at most ${socketLimits.callsAtOnce} calls running. Wait for an answer first.`,
      );
    }
    running += 1;
    try {
      const data = await perform(call, await admission);
      send({ id: call.id, ...jsonrpcOf(call), result: { type: 'data', data } });
    } finally {
      running -= 1;
    }
  };

  const stop = (id: SocketCall['id']) => {
    subscriptions.get(id)?.run?.stop();
    subscriptions.delete(id);
  };

  const subscribe = async (call: SocketCall, admission: Promise<string | null>) => {
    const { id } = call;
    if (subscriptions.has(id)) {
      throw new AppError(
        'invalid_input',
        `A subscription with the id ${id} is already open. Use another id.`,
      );
    }
    if (subscriptions.size >= socketLimits.subscriptions) {
      throw new AppError(
        'too_many_requests',
        `A socket may have at most ${socketLimits.subscriptions} subscriptions. Stop one first.`,
      );
    }
    const subscription: Subscription = { run: null, isFull: false };
    subscriptions.set(id, subscription);
    const isOpen = () => subscriptions.get(id) === subscription && socket.readyState === WebSocket.OPEN;
    const sink: LiveSink<object> = {
      hasRoom: () => {
        if (!isOpen()) return false;
        if (stream.writableLength <= socketLimits.unsentBytes) return true;
        subscription.isFull = true;
        onFull();
        return false;
      },
      push: (messages) => {
        if (isOpen()) stream.write(eventFrames(messages, opening));
      },
      fail: (error) => {
        if (!isOpen()) return;
        stop(id);
        sendError(error, call);
      },
    };
    const opening = `${JSON.stringify({ id, ...jsonrpcOf(call) }).slice(0, -1)},"result":`;
    try {
      const source = await perform(call, await admission);
      if (!(source instanceof LiveSubscription))
        throw new Error(`${call.path} does not return a LiveSubscription.`);
      if (!isOpen()) return;
      subscription.run = source.start(sink);
    } catch (error) {
      if (!isOpen()) return;
      subscriptions.delete(id);
      throw error;
    }
    const { position } = subscription.run;
    // tRPC's clients hand `position` to the caller, who can resume from it before the first event has arrived.
    const started = { type: 'started' as const, ...(position !== null && { position }) };
    send({ id, ...jsonrpcOf(call), result: started });
  };

  const answer = async (json: unknown, admission: Promise<string | null>) => {
    let call: SocketCall | null = null;
    try {
      const message = parseMessage(json);
      lastCalledAt = performance.now();
      if (message.type === 'stop') {
        if (!subscriptions.has(message.id)) return;
        stop(message.id);
        return send({ id: message.id, result: { type: 'stopped' } });
      }
      call = message;
      await (call.type === 'subscription' ? subscribe(call, admission) : answerCall(call, admission));
    } catch (error) {
      sendError(error, call);
    }
  };

  return {
    answer: (json, admission) => void answer(json, admission),
    refuse: (error) => sendError(error, null),
    lastCalledAt: () => lastCalledAt,
    resume: () => {
      for (const subscription of subscriptions.values()) {
        if (!subscription.isFull) continue;
        subscription.isFull = false;
        subscription.run?.resume();
      }
    },
    close: () => {
      for (const id of subscriptions.keys()) stop(id);
    },
  };
}

/** Echoes `jsonrpc` if the call sent it. */
const jsonrpcOf = (call: SocketCall | null) => (call?.jsonrpc === undefined ? {} : { jsonrpc: call.jsonrpc });
