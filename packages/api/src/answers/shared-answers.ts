import { CallerLeftError, type Database } from '@paydeck/db/connection';
import { LRUCache } from 'lru-cache';

export type SharedAnswers<T> = {
  /**
   * The answer for a key, computed or shared with other callers. It includes every write that was committed before the
   * call. Answers with the same key may differ only because the log has moved in between. Rejects like
   * `compute`; callers that wait for the same computation share its failure.
   *
   * `db` is the caller's database. `compute` gets one whose queries belong to the caller who came first, and are canceled when
   * all callers who wait for the computation have left.
   */
  share(key: string, db: Database, compute: (db: Database) => Promise<T>): Promise<T>;
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
  const running = new Map<string, Computation<T>>();

  const start = (key: string, db: Database, compute: (db: Database) => Promise<T>): Computation<T> => {
    const { owner } = db;
    const audience = { left: new AbortController(), size: 0 };
    const answer = compute(owner === null ? db : db.ownedBy({ id: owner.id, signal: audience.left.signal }))
      .then((computed) => {
        if (running.get(key) === computation) latest.set(key, computed);
        return computed;
      })
      .finally(() => {
        if (running.get(key) === computation) running.delete(key);
      });
    // Those who wait handle a failure. All of them may have left.
    answer.catch(() => {});
    const computation = { answer, audience };
    running.set(key, computation);
    return computation;
  };

  return {
    share: async (key, db, compute) => {
      const signal = db.owner?.signal;
      const position = await newestPosition();
      const known = latest.get(key);
      if (known !== undefined && known.asOf >= position) return known;
      // The earlier computation may have begun before the call, so its failure says nothing about this one.
      const before = running.get(key);
      const earlier = before && (await waitFor(before, signal).catch(() => undefined));
      if (signal?.aborted === true) throw callerLeft();
      if (earlier !== undefined && earlier.asOf >= position) return earlier;
      // Whatever runs now began after the position was read, because the earlier computation has ended.
      const current = running.get(key);
      const isWanted = current !== undefined && !current.audience.left.signal.aborted;
      return waitFor(isWanted ? current : start(key, db, compute), signal);
    },
    clear: () => {
      latest.clear();
      running.clear();
    },
  };
}

type Computation<T> = { answer: Promise<T>; audience: Audience };

/** Those who wait for a computation. `left` is aborted when all of them have left. */
type Audience = { left: AbortController; size: number };

/** The answer of a computation. Rejects with `CallerLeftError` if the signal is aborted before. */
function waitFor<T>({ answer, audience }: Computation<T>, signal: AbortSignal | undefined): Promise<T> {
  audience.size += 1;
  if (signal === undefined) return answer;
  return new Promise((resolve, reject) => {
    const leave = () => {
      reject(callerLeft());
      audience.size -= 1;
      if (audience.size === 0) audience.left.abort();
    };
    if (signal.aborted) return leave();
    signal.addEventListener('abort', leave);
    const stay = () => signal.removeEventListener('abort', leave);
    answer.finally(stay).then(resolve, reject);
  });
}

const callerLeft = () => new CallerLeftError('Nobody waits for the answer any more.');
