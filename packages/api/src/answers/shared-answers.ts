import { LRUCache } from 'lru-cache';

export type SharedAnswers<T> = {
  /**
   * The answer for a key, computed or shared with other callers. It includes every write that was committed before the
   * call. Answers with the same key may differ only because the log has moved in between. Rejects like
   * `compute`; callers that wait for the same computation share its failure.
   */
  share(key: string, compute: () => Promise<T>): Promise<T>;
  /** Forgets all answers, also those that are being computed. To be called when the log has lost events. */
  clear(): void;
};

/** The most points of charts that all kept answers have together: some 10 MB. */
const maxPoints = 100_000;
/** An answer without points, with its key and its JSON, takes as much memory as so many points. */
const pointsOfAnswer = 30;

/**
 * Answers are kept while the log has not moved past them. A key is computed at most once at a time, so callers that arrive
 * during a computation that began too early for them share the next one.
 */
export function createSharedAnswers<T extends { asOf: number }>(
  newestPosition: () => Promise<number>,
  /** The number of points in an answer's charts. */
  pointsOf: (answer: T) => number,
): SharedAnswers<T> {
  const latest = new LRUCache<string, T>({
    maxSize: maxPoints,
    sizeCalculation: (answer) => pointsOfAnswer + pointsOf(answer),
  });
  const running = new Map<string, Promise<T>>();

  const start = (key: string, compute: () => Promise<T>): Promise<T> => {
    const answer = compute()
      .then((computed) => {
        if (running.get(key) === answer) latest.set(key, computed);
        return computed;
      })
      .finally(() => {
        if (running.get(key) === answer) running.delete(key);
      });
    running.set(key, answer);
    return answer;
  };

  return {
    share: async (key, compute) => {
      const position = await newestPosition();
      const known = latest.get(key);
      if (known !== undefined && known.asOf >= position) return known;
      // The earlier computation may have begun before the call, so its failure says nothing about this one.
      const earlier = await running.get(key)?.catch(() => undefined);
      if (earlier !== undefined && earlier.asOf >= position) return earlier;
      // Whatever runs now began after the position was read, because the earlier computation has ended.
      return running.get(key) ?? start(key, compute);
    },
    clear: () => {
      latest.clear();
      running.clear();
    },
  };
}
