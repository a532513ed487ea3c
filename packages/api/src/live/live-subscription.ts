import { type TrackedEnvelope, tracked } from '@trpc/server';

/** A message for a subscriber, with the log position after which it can resume. */
export type LiveMessage<T> = { readonly position: number; readonly data: T };

/** The destination of the messages of one subscription. Its methods must not throw. */
export type LiveSink<T> = {
  /** Called before each push. After false, messages are held back until `resume`. */
  hasRoom(): boolean;
  /** Receives messages, in order. All sinks of a view receive the same array. */
  push(messages: readonly LiveMessage<T>[]): void;
  /** Ends the subscription with an error. */
  fail(error: unknown): void;
};

/** A subscription that was started. */
export type LiveRun = {
  /** The log position at which a new subscription began; null for a resumed one, and for one without a position. */
  readonly position: number | null;
  /** To be called when the sink has room again. */
  resume(): void;
  stop(): void;
};

/**
 * The return value of a subscription procedure. Sockets call `start` with their own sink, and encode a message once for
 * many subscribers. Event streams and calls within the process iterate over it. Nothing is pushed before `start` has
 * returned.
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
  /** The most messages that may wait for a slow reader. When that many wait, the sink has no room. */
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
