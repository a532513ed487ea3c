/** The slowest that a client may read an export. Bytes as sent, so after gzip. */
export type ReaderPace = {
  minBytesPerSecond: number;
  /** How long a client may be slower, counting only the time in which bytes wait for it. */
  windowMs: number;
};

export type PaceWatch = {
  /** To be called before bytes are given to the client; the returned function when it has taken them. */
  give(bytes: number): () => void;
  stop(): void;
};

const looksPerWindow = 30;

/**
 * Calls `onSlow` once when the client has taken less than the pace in the last window. Time in which no bytes wait for the client
 * does not count: then the database is slow.
 */
export function watchPace({ minBytesPerSecond, windowMs }: ReaderPace, onSlow: () => void): PaceWatch {
  const partMs = windowMs / looksPerWindow;
  const minBytes = Math.max(1, (minBytesPerSecond * windowMs) / 1_000);
  /** The bytes taken in each part of the window, by the clock of the waiting time. */
  const taken = new Map<number, number>();
  let waitedMs = 0;
  let waitingSince: number | null = null;

  const waited = () => waitedMs + (waitingSince === null ? 0 : performance.now() - waitingSince);
  const look = () => {
    if (waited() < windowMs) return;
    const firstPart = Math.floor((waited() - windowMs) / partMs);
    let bytes = 0;
    for (const [part, count] of taken) {
      if (part < firstPart) taken.delete(part);
      else bytes += count;
    }
    if (bytes >= minBytes) return;
    stop();
    onSlow();
  };
  const timer = setInterval(look, partMs);
  timer.unref();
  const stop = () => clearInterval(timer);

  return {
    give: (bytes) => {
      waitingSince = performance.now();
      return () => {
        waitedMs = waited();
        waitingSince = null;
        const part = Math.floor(waitedMs / partMs);
        taken.set(part, (taken.get(part) ?? 0) + bytes);
      };
    },
    stop,
  };
}
