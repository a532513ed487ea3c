import type { Parameter, StatementInput } from '../connection/statement.ts';
import { type SQL, sql } from '../drizzle.ts';
import type { AuditCaller } from './audit-caller.ts';

type AuditAction =
  | 'api_key.create'
  | 'api_key.revoke'
  | 'payment.update'
  | 'second_factor.add'
  | 'second_factor.remove'
  | 'second_factor.renew_recovery_codes'
  | 'second_factor.use_recovery_code'
  | 'session.confirm_password'
  | 'session.end'
  | 'user.change_password'
  | 'user.create'
  | 'user.delete'
  | 'user.login'
  | 'user.logout'
  | 'user.remove_second_factor'
  | 'user.reset_password'
  | 'user.update';

/** The columns that say where a call comes from, as expressions. */
export type CallerColumns = { address: SQL; userAgent: SQL };

/** The caller of a statement whose input has the fields of an `AuditCaller`. */
export const callerColumns = <Input extends StatementInput & AuditCaller>(
  p: Parameter<Input>,
): CallerColumns => ({ address: p('callerAddress', 'text'), userAgent: p('callerUserAgent', 'text') });

/** The step of a statement that writes an audit row for each row of `from`. The other values are expressions of its columns. */
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
