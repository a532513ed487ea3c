import type { AuditAction } from '@paydeck/contract/audit';
import type { Parameter, StatementInput } from '../connection/statement.ts';
import { type SQL, sql } from '../drizzle.ts';
import type { AuditCaller } from './audit-caller.ts';

/** The columns that say where a call comes from, as expressions. */
export type CallerColumns = { address: SQL; userAgent: SQL };

/** The caller of a statement whose input has the fields of an `AuditCaller`. */
export const callerColumns = <Input extends StatementInput & AuditCaller>(
  p: Parameter<Input>,
): CallerColumns => ({ address: p('callerAddress', 'text'), userAgent: p('callerUserAgent', 'text') });

/**
 * The step of a statement that writes an audit row for each row of `from`. The other values are expressions of its columns. The
 * statement must take the log's lock first (commit-order.ts), because the trigger that chains the rows takes it: a statement that
 * already held a lock of a row could deadlock with a writer. Tested by log-lock.test.ts.
 */
export const insertAuditRows = ({
  at,
  actorId,
  apiKeyId = sql`null::uuid`,
  action,
  subjectId,
  details = sql`'{}'::jsonb`,
  caller: { address, userAgent },
  from,
}: {
  at: SQL;
  actorId: SQL;
  /** The API key that the actor used. */
  apiKeyId?: SQL;
  action: AuditAction | SQL;
  subjectId: SQL;
  details?: SQL;
  caller: CallerColumns;
  from: SQL;
}): SQL => sql`
  insert into audit_log (at, actor_id, api_key_id, action, subject_id, details, address, user_agent)
  select ${at}, ${actorId}, ${apiKeyId}, ${typeof action === 'string' ? sql.raw(`'${action}'`) : action}, ${subjectId},
         ${details}, ${address}, ${userAgent}
  from ${from}`;
