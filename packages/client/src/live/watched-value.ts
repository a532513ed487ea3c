/** A value that can be read at once and watched; the two halves that React's `useSyncExternalStore` takes. */
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
      // A wrapper, so that one function subscribed twice is called twice and removed once at a time.
      const entry = () => listener();
      listeners.add(entry);
      return () => listeners.delete(entry);
    },
  };
}

/** A listener's throw is the listener's bug: it surfaces as an uncaught error and breaks nothing here. */
function callListener(listener: () => void): void {
  try {
    listener();
  } catch (error) {
    setTimeout(() => {
      throw error;
    });
  }
}
