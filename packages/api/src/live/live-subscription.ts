import { type TrackedEnvelope, tracked } from '@trpc/server';

/** What a subscriber is told, with the log position that it can resume after. */
export type LiveMessage<T> = { readonly position: number; readonly data: T };

/** Where the messages of one subscription go. None of it throws. */
export type LiveSink<T> = {
  /** Asked before each push. False: what comes is kept back until `resume`. */
  hasRoom(): boolean;
  /** Takes messages, in order. All sinks of one view are given the very same array. */
  push(messages: readonly LiveMessage<T>[]): void;
  /** The subscription can't go on. */
  fail(error: unknown): void;
};

export type LiveRun = {
  /** The log position it began at when it was not told one; null when it resumed, or has none. */
  readonly position: number | null;
  /** The sink has room again. */
  resume(): void;
  stop(): void;
};

/**
 * What a subscription procedure returns. A transport that serves many subscribers starts it with a sink of its own;
 * any other (an event stream, a call in the process) iterates over it. Nothing is pushed before `start` has returned.
 */
export class LiveSubscription<T> implements AsyncIterable<TrackedEnvelope<T>> {
  readonly start: (sink: LiveSink<T>) => LiveRun;
  readonly #options: IterationOptions;

  constructor(start: (sink: LiveSink<T>) => LiveRun, options: IterationOptions) {
    this.start = start;
    this.#options = options;
  }

  [Symbol.asyncIterator](): AsyncGenerator<TrackedEnvelope<T>> {
    return iterate(this.start, this.#options);
  }
}

type IterationOptions = {
  signal: AbortSignal | undefined;
  /** How many messages wait for a reader that is slower than they come; then no more are pushed. */
  maxQueued: number;
};

async function* iterate<T>(
  start: (sink: LiveSink<T>) => LiveRun,
  { signal, maxQueued }: IterationOptions,
): AsyncGenerator<TrackedEnvelope<T>> {
  let queue: LiveMessage<T>[] = [];
  const failures: unknown[] = [];
  let wake = () => {};
  const onAbort = () => wake();
  signal?.addEventListener('abort', onAbort);
  const run = start({
    hasRoom: () => queue.length < maxQueued,
    push: (messages) => {
      queue.push(...messages);
      wake();
    },
    fail: (error) => {
      failures.push(error);
      wake();
    },
  });

  try {
    while (!signal?.aborted) {
      const messages = queue;
      queue = [];
      for (const { position, data } of messages) {
        if (signal?.aborted) return;
        yield tracked(String(position), data);
      }
      run.resume();
      await new Promise<void>((resolve) => {
        wake = resolve;
        if (queue.length > 0 || failures.length > 0 || signal?.aborted) resolve();
      });
      if (queue.length === 0 && failures.length > 0) throw failures[0];
    }
  } finally {
    run.stop();
    signal?.removeEventListener('abort', onAbort);
  }
}
