import { randomUUID } from 'node:crypto';
import type { Duplex } from 'node:stream';
import { authenticate } from '@paydeck/api/authenticate';
import type { Caller } from '@paydeck/api/caller';
import type { Services } from '@paydeck/api/context';
import { AppError } from '@paydeck/api/errors';
import { type LiveRun, type LiveSink, LiveSubscription } from '@paydeck/api/live-subscription';
import type { FastifyBaseLogger } from 'fastify';
import { WebSocket } from 'ws';
import { failureOf, logFailure, outputJson } from '../calls/answers.ts';
import { callProcedure, procedureAt } from '../calls/call-procedure.ts';
import { eventFrames } from './event-frames.ts';
import { socketLimits } from './socket-limits.ts';
import { parseMessage, type SocketCall } from './socket-messages.ts';

export type SocketCalls = {
  /**
   * Answers a message of the client. `admission` resolves to the token of its calls, or to null for none. `problem` refuses the
   * call.
   */
  answer(json: unknown, admission: Promise<string | null>, problem: AppError | null): void;
  /** Sends an error about the socket as a whole, or about a message that is not a call. */
  refuse(error: unknown): void;
  /** Continues to send events, after the client has read what was sent. */
  resume(): void;
  /** When the last call arrived, by `performance.now()`; 0 before the first. */
  lastCalledAt(): number;
  close(): void;
};

type Subscription = { run: LiveRun | null; isFull: boolean; starting: AbortController };

/**
 * Answers the calls of one socket. Unlike tRPC's ws adapter, it encodes an
 * event once for all sockets, and sends events only as fast as the client reads them.
 */
export function createSocketCalls(
  socket: WebSocket,
  stream: Duplex,
  {
    services,
    caller,
    log,
    onFull,
  }: { services: Services; caller: Caller; log: FastifyBaseLogger; onFull(): void },
): SocketCalls {
  const subscriptions = new Map<string | number, Subscription>();
  const runningCalls = new Set<AbortController>();
  let lastCalledAt = 0;

  /** Sends a message of tRPC's protocol: `body` is the JSON of its `result` or `error`, with the name. */
  const send = (call: Pick<SocketCall, 'id'> | null, body: string) => {
    if (socket.readyState !== WebSocket.OPEN) return;
    socket.send(`${openingOf(call)}${body}}`);
    if (stream.writableLength > socketLimits.unsentBytes) onFull();
  };

  const sendError = (cause: unknown, call: SocketCall | null) => {
    const { path, type = 'unknown' } = call ?? {};
    const failure = failureOf(cause, { path, type });
    logFailure(log, failure, { path, call: 'call over ws' });
    send(call, `"error":${failure.json}`);
  };

  const perform = async (
    { path, type, input }: SocketCall,
    { token, signal }: { token: string | null; signal: AbortSignal },
  ): Promise<unknown> =>
    callProcedure(procedureAt(path, type), {
      path,
      context: {
        ...services,
        requestId: randomUUID(),
        caller,
        signal,
        idempotencyKey: null,
        token,
        authenticate: () => authenticate(services, token),
      },
      readInput: () => input,
    });

  const answerCall = async (call: SocketCall, admission: Promise<string | null>) => {
    if (runningCalls.size >= socketLimits.callsAtOnce) {
      throw new AppError(
        'too_many_requests',
        `A socket may have at most ${socketLimits.callsAtOnce} calls running. Wait for an answer first.`,
      );
    }
    const running = new AbortController();
    runningCalls.add(running);
    try {
      const data = await perform(call, { token: await admission, signal: running.signal });
      send(call, `"result":{"type":"data","data":${outputJson(data)}}`);
    } finally {
      runningCalls.delete(running);
    }
  };

  const stop = (id: SocketCall['id']) => {
    const subscription = subscriptions.get(id);
    subscriptions.delete(id);
    subscription?.starting.abort();
    subscription?.run?.stop();
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
    const subscription: Subscription = { run: null, isFull: false, starting: new AbortController() };
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
    const opening = `${openingOf(call)}"result":`;
    try {
      const source = await perform(call, { token: await admission, signal: subscription.starting.signal });
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
    send(call, `"result":${JSON.stringify(started)}`);
  };

  const answer = async (json: unknown, admission: Promise<string | null>, problem: AppError | null) => {
    let call: SocketCall | null = null;
    try {
      const message = parseMessage(json);
      lastCalledAt = performance.now();
      if (message.type === 'stop') {
        if (!subscriptions.has(message.id)) return;
        stop(message.id);
        return send(message, '"result":{"type":"stopped"}');
      }
      call = message;
      if (problem !== null) throw problem;
      await (call.type === 'subscription' ? subscribe(call, admission) : answerCall(call, admission));
    } catch (error) {
      sendError(error, call);
    }
  };

  return {
    answer: (json, admission, problem) => void answer(json, admission, problem),
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
      for (const running of runningCalls) running.abort();
    },
  };
}

/** The JSON of an answer up to its result. It echoes the `id` of the call, and `jsonrpc` if the call has it. */
const openingOf = (call: { id: string | number; jsonrpc?: '2.0' | undefined } | null): string =>
  `${JSON.stringify({ id: call?.id ?? null, jsonrpc: call?.jsonrpc }).slice(0, -1)},`;
