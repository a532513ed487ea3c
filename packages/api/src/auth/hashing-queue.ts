import { AppError } from '../errors.ts';

/** The caller that a hash is computed for. Calls of one line wait behind each other; the lines take turns. */
export type Line = {
  /**
   * Whether the caller has shown who they are: signed in, or on a device or in a network that the user has signed in from.
   * These calls have places of their own, and go first.
   */
  isKnown: boolean;
  /** Such as the user's id or the network. */
  name: string;
};

export type HashingQueue = {
  /** Runs `task` when it is its turn. Rejects with `too_many_requests` when there is no place to wait. */
  run<T>(line: Line, task: () => Promise<T>): Promise<T>;
};

type Waiting = { start(): void; refuse(): void };

/** A stranger's call starts after so many known callers' calls in a row at the latest, so that neither kind can keep out the other. */
const knownInARow = 3;

/** At most `concurrency` tasks run at once. At most `maxWaiting` tasks of known callers wait, and as many of strangers. */
export function createHashingQueue({
  concurrency,
  maxWaiting,
}: {
  concurrency: number;
  maxWaiting: number;
}): HashingQueue {
  const known = createLines(maxWaiting);
  const strangers = createLines(maxWaiting);
  let running = 0;
  let startedInARow = 0;

  const takeNext = (): Waiting | undefined => {
    const isStrangersTurn = startedInARow >= knownInARow && !strangers.isEmpty();
    const next = isStrangersTurn ? undefined : known.take();
    startedInARow = next === undefined ? 0 : startedInARow + 1;
    return next ?? strangers.take();
  };

  const startNext = () => {
    while (running < concurrency) {
      const next = takeNext();
      if (next === undefined) return;
      running += 1;
      next.start();
    }
  };

  return {
    run: ({ isKnown, name }, task) =>
      new Promise((resolve, reject) => {
        const start = () => {
          const finish = () => {
            running -= 1;
            startNext();
          };
          task().then(resolve, reject).finally(finish);
        };
        const refuse = () => reject(queueFull());
        const lines = isKnown ? known : strangers;
        // A free slot needs no place to wait.
        if (running < concurrency) {
          running += 1;
          start();
        } else lines.add(name, { start, refuse });
      }),
  };
}

/** Lines that take turns. When all places are taken, the longest line gives one up. */
function createLines(maxWaiting: number) {
  const lines = new Map<string, Waiting[]>();
  let waiting = 0;

  /** Refuses the newest task of the longest line. False when no line is longer than `length`. */
  const makePlace = (length: number): boolean => {
    let longest: Waiting[] = [];
    for (const line of lines.values()) if (line.length > longest.length) longest = line;
    if (longest.length <= length) return false;
    longest.pop()?.refuse();
    waiting -= 1;
    return true;
  };

  return {
    isEmpty: () => waiting === 0,
    add: (name: string, task: Waiting) => {
      const line = lines.get(name) ?? [];
      if (waiting >= maxWaiting && !makePlace(line.length + 1)) {
        task.refuse();
        return;
      }
      lines.set(name, line);
      line.push(task);
      waiting += 1;
    },
    take: (): Waiting | undefined => {
      const [first] = lines;
      if (first === undefined) return undefined;
      const [name, line] = first;
      // To the end of the map, behind the lines that have waited for longer.
      lines.delete(name);
      const task = line.shift();
      if (line.length > 0) lines.set(name, line);
      if (task !== undefined) waiting -= 1;
      return task;
    },
  };
}

const queueFull = () =>
  new AppError('too_many_requests', 'Too many sign-ins at once. Try again in a few seconds.');
