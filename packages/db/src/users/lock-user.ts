import { DatabaseUnavailableError } from '../connection/database-error.ts';
import type { Parameter } from '../connection/statement.ts';
import { type SQL, sql } from '../drizzle.ts';
import { lockAndClock } from '../events/commit-order.ts';

/**
 * The first steps of a statement that changes what a user may do; its input has the user's `id`.
 *
 * The statement's snapshot is older than its locks, so what committed in between is not in it: not a new session,
 * not a new audit row. `target` is the user's row as it is now. `fresh` is that row only if it is also the one in
 * the snapshot: since every sign-in writes the user's row anew (insert-session.ts), nothing of this user's is missing
 * from the snapshot then. Without it the statement writes nothing, answers `stale`, and is run again.
 *
 * `other_admins` are re-checked as they are locked: one demoted meanwhile is not among them.
 * Held by users-at-once.test.ts.
 */
export const lockUser = (p: Parameter<{ id: string }>): SQL => sql`${lockAndClock},
seen as materialized (
  select u.xmin as version from users u where u.id = ${p('id', 'uuid')}
),
target as materialized (
  select u.*, u.xmin as version from clock, users u
  where u.id = ${p('id', 'uuid')}
  for no key update of u
),
fresh as materialized (
  select t.* from target t join seen on seen.version = t.version
),
other_admins as materialized (
  select u.id from clock, users u
  where u.role = 'admin' and u.active and u.id <> ${p('id', 'uuid')}
  for no key update of u
)`;

/** Each round of those who change one user at once settles one of them, so only a long queue needs this many. */
const maxAttempts = 100;

/** Runs a statement made with `lockUser` until its snapshot was fresh. Gives null when there is no such user. */
export async function untilFresh<Row extends { outcome: string }>(
  attempt: () => Promise<Row[]>,
): Promise<Exclude<Row, { outcome: 'stale' }> | null> {
  for (let n = 0; n < maxAttempts; n += 1) {
    const [row] = await attempt();
    if (row === undefined) return null;
    if (isSettled(row)) return row;
  }
  throw new DatabaseUnavailableError('The user is being changed by too many others at once.');
}

function isSettled<Row extends { outcome: string }>(row: Row): row is Exclude<Row, { outcome: 'stale' }> {
  return row.outcome !== 'stale';
}
