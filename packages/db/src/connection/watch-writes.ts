import { sql } from '../drizzle.ts';
import { DatabaseUnavailableError, databaseErrorCode } from './database-error.ts';
import type { Database } from './open-database.ts';
import { prepareStatement } from './statement.ts';

export type WriteHealth = {
  /** False after a write that PostgreSQL could not do, until a write succeeds. */
  isWorking(): boolean;
  close(): void;
};

/** Read-only, a missing resource such as disk space, a failed disk, a lock or a log's lock that is not free. */
const refusedWrite = /^(25006|53...|58...|55P03|57014)$/;
const tryAgainMs = 2_000;

/**
 * Needs new disk space, as most writes do, and leaves nothing behind: 1 MB in a table that is dropped at the end of the
 * statement's transaction.
 */
const trial = prepareStatement<Record<string, never>, void>(
  () => sql`
    create temporary table paydeck_trial on commit drop as
    select repeat(md5(n::text), 8) as text from generate_series(1, 4000) n`,
  () => undefined,
  'control',
);

/**
 * A database that records whether its writes work. After a failed write it tries one every two seconds, because a load balancer
 * that reads `/health/ready` may send none.
 */
export function watchWrites(db: Database): { db: Database; writes: WriteHealth } {
  let timer: NodeJS.Timeout | null = null;
  let isClosed = false;

  const onSuccess = () => {
    if (timer !== null) clearTimeout(timer);
    timer = null;
  };
  const onFailure = () => {
    if (timer === null && !isClosed) tryLater();
  };
  const tryLater = () => {
    const attempt = setTimeout(async () => {
      const works = await db.execute({ ...trial, isPrepared: false }, {}).then(
        () => true,
        () => false,
      );
      if (timer !== attempt || isClosed) return;
      if (works) onSuccess();
      else tryLater();
    }, tryAgainMs);
    attempt.unref();
    timer = attempt;
  };

  const watched = (unwatched: Database): Database => ({
    ...unwatched,
    ownedBy: (owner) => watched(unwatched.ownedBy(owner)),
    execute: async (statement, input) => {
      if (statement.lane !== 'write') return unwatched.execute(statement, input);
      try {
        const rows = await unwatched.execute(statement, input);
        onSuccess();
        return rows;
      } catch (error) {
        const code = databaseErrorCode(error) ?? '';
        if (error instanceof DatabaseUnavailableError && refusedWrite.test(code)) onFailure();
        throw error;
      }
    },
  });
  return {
    db: watched(db),
    writes: {
      isWorking: () => timer === null,
      close: () => {
        isClosed = true;
        onSuccess();
      },
    },
  };
}
