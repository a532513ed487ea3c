import { DatabaseUnavailableError, translateDatabaseError } from './database-error.ts';

/** What the driver gives for a query: a promise that can be withdrawn. */
export type Cancellable<T> = PromiseLike<T> & { cancel(): void };

/**
 * Settles with the query, or rejects with `DatabaseUnavailableError` after `milliseconds`. The driver alone can
 * wait for ever on a killed backend. A query still waiting for a connection is withdrawn, so it never runs late.
 */
export function withDeadline<T>(query: Cancellable<T>, milliseconds: number): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      reject(new DatabaseUnavailableError(`The database did not answer within ${milliseconds} ms.`));
      query.cancel();
    }, milliseconds);
    query.then(
      (value) => {
        clearTimeout(timer);
        resolve(value);
      },
      (error: unknown) => {
        clearTimeout(timer);
        reject(translateDatabaseError(error));
      },
    );
  });
}
