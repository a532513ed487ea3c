/** A value that can be read and watched. `get` and `subscribe` fit React's `useSyncExternalStore`. */
export type WatchedValue<T> = {
  get(): T;
  /** Calls the listener after each change, until the returned function is called. */
  subscribe(listener: () => void): () => void;
};

export type SettableValue<T> = WatchedValue<T> & { set(value: T): void };

export function watchedValue<T>(initial: T): SettableValue<T> {
  let value = initial;
  const listeners = new Set<() => void>();
  return {
    get: () => value,
    set: (next) => {
      if (Object.is(value, next)) return;
      value = next;
      for (const listener of [...listeners]) callListener(listener);
    },
    subscribe: (listener) => {
      // A wrapper, so that a function that is subscribed twice is called twice and each removal removes one of them.
      const entry = () => listener();
      listeners.add(entry);
      return () => listeners.delete(entry);
    },
  };
}

/** An error of a listener must not stop the other listeners or the client: it is thrown later, as an uncaught error. */
function callListener(listener: () => void): void {
  try {
    listener();
  } catch (error) {
    setTimeout(() => {
      throw error;
    });
  }
}
