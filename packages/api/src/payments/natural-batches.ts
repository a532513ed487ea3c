import { createFairQueue, DatabaseUnavailableError, OverloadedError } from '@paydeck/db/connection';
import { AppError } from '../errors.ts';

export type NaturalBatches<Request, Outcome> = {
  /**
   * Resolves to the request's own outcome once its batch is written. Owners take turns. Rejects with `too_many_requests` when
   * too many rows are waiting, with `OverloadedError` when the owner's first request has already waited for 2 s, and with
   * `DatabaseUnavailableError` after 10 s.
   */
  submit(request: Request): Promise<Outcome>;
};

export type BatchOptions<Request, Outcome> = {
  /** Writes the requests in one statement, all or nothing. Resolves to their outcomes, in the order of the requests. */
  write(requests: readonly Request[]): Promise<readonly Outcome[]>;
  /** The user who sent a request. Requests of the same user are written in order. */
  ownerOf(request: Request): string;
  /** The number of rows that a request writes. Default: 1. */
  rowsOf?(request: Request): number;
  /** No two requests of a batch have one of these in common. The second one waits for a later batch. Default: none. */
  exclusiveKeysOf?(request: Request): readonly string[];
  /** How long the first request of an owner may have waited when another one arrives. Default: 2,000. */
  maxWaitMs?: number;
};

type WaitingCall<Request, Outcome> = {
  request: Request;
  owner: string;
  submittedAt: number;
  rows: number;
  resolve(outcome: Outcome): void;
  reject(error: unknown): void;
};

const maxBatchRows = 1_000;
/** All calls of a batch are answered in one turn of the event loop, and everything else waits for that turn. */
const maxBatchCalls = 64;
const maxWaitingRows = 50_000;
/**
 * From the call to its answer. After this time, a call that still waits is never written. A call whose statement was
 * already sent may still be written.
 */
const callDeadlineMs = 10_000;
/** A second batch must have at least this many rows: a smaller one is not worth a statement. */
const minSecondBatchRows = 16;

/**
 * Natural batching: while a batch is being written, the next one gathers. An idle server adds no delay, and a busy one
 * writes many calls with one commit. Two batches may be in flight: the second one waits for the lock of the log, so the
 * database can start it while this process answers the calls of the first.
 */
export function createNaturalBatches<Request, Outcome>({
  write,
  ownerOf,
  rowsOf = () => 1,
  exclusiveKeysOf = () => [],
  maxWaitMs = 2_000,
}: BatchOptions<Request, Outcome>): NaturalBatches<Request, Outcome> {
  type Call = WaitingCall<Request, Outcome>;
  type Batch = { calls: readonly Call[]; rows: number };
  const waitingCalls = createFairQueue<Call>();
  let waitingRows = 0;
  let isStartScheduled = false;
  const batchesInFlight = new Set<Batch>();

  /**
   * The number of rows to write now; 0 to keep gathering. If nothing is in flight and enough rows for two batches wait, each
   * batch gets half of them.
   */
  const nextBatchSize = (): number => {
    const [first, second] = batchesInFlight;
    if (first === undefined) {
      const isWorthTwo = waitingRows >= 2 * minSecondBatchRows;
      return isWorthTwo ? Math.floor(waitingRows / 2) : waitingRows;
    }
    const isWorthwhile = waitingRows >= Math.max(minSecondBatchRows, first.rows);
    return second === undefined && isWorthwhile ? waitingRows : 0;
  };

  const takeBatch = (maxRows: number): Batch => {
    let rows = 0;
    const calls: Call[] = [];
    const takenKeys = new Set<string>();
    for (let call = waitingCalls.next(); call !== undefined; call = waitingCalls.next()) {
      const keys = exclusiveKeysOf(call.request);
      // The batch ends here, so that no call overtakes another one of its owner and a batch is found in one pass.
      if (calls.length > 0 && (rows + call.rows > maxRows || keys.some((key) => takenKeys.has(key)))) break;
      if (calls.length === maxBatchCalls) break;
      for (const key of keys) takenKeys.add(key);
      rows += call.rows;
      calls.push(call);
      waitingCalls.take();
      waitingCalls.charge(call.owner, call.rows);
    }
    waitingRows -= rows;
    return { calls, rows };
  };

  const writeCalls = async (calls: readonly Call[]): Promise<void> => {
    try {
      const outcomes = await write(calls.map(({ request }) => request));
      if (outcomes.length !== calls.length) throw new Error('The statement must give each call an outcome.');
      for (const [i, outcome] of outcomes.entries()) calls[i]?.resolve(outcome);
    } catch (error) {
      if (calls.length === 1 || error instanceof DatabaseUnavailableError) {
        for (const { reject } of calls) reject(error);
        return;
      }
      // The database refused a row of one call, so it wrote nothing. Now the calls are written one by one, and only that
      // call fails.
      for (const call of calls) await writeCalls([call]);
    }
  };

  const start = async (batch: Batch) => {
    batchesInFlight.add(batch);
    await writeCalls(batch.calls);
    batchesInFlight.delete(batch);
    scheduleStart();
  };

  /** Starts batches at the end of this turn of the event loop, so that calls of the same turn share a statement. */
  const scheduleStart = () => {
    if (isStartScheduled) return;
    isStartScheduled = true;
    setImmediate(() => {
      isStartScheduled = false;
      for (let size = nextBatchSize(); size > 0; size = nextBatchSize()) {
        void start(takeBatch(Math.min(size, maxBatchRows)));
      }
    });
  };

  return {
    submit: (request) =>
      new Promise((resolve, reject) => {
        const rows = rowsOf(request);
        if (waitingRows + rows > maxWaitingRows) {
          reject(
            new AppError('too_many_requests', 'Too many payments are waiting. Try again in a few seconds.'),
          );
          return;
        }
        const owner = ownerOf(request);
        const submittedAt = performance.now();
        const first = waitingCalls.firstOf(owner);
        if (first !== undefined && submittedAt - first.submittedAt > maxWaitMs) {
          reject(
            new OverloadedError(`An earlier write of this caller has waited for more than ${maxWaitMs} ms.`),
          );
          return;
        }
        const timer = setTimeout(() => {
          if (waitingCalls.remove(owner, call)) waitingRows -= rows;
          reject(new DatabaseUnavailableError(`The payment was not written within ${callDeadlineMs} ms.`));
        }, callDeadlineMs);
        const call: Call = {
          request,
          owner,
          submittedAt,
          rows,
          resolve: (outcome) => {
            clearTimeout(timer);
            resolve(outcome);
          },
          reject: (error) => {
            clearTimeout(timer);
            reject(error);
          },
        };
        waitingCalls.add(owner, call);
        waitingRows += rows;
        scheduleStart();
      }),
  };
}
