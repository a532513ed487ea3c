import { type SQL, sql } from '../drizzle.ts';

type AuditAction =
  | 'api_key.create'
  | 'api_key.revoke'
  | 'payment.update'
  | 'second_factor.add'
  | 'second_factor.remove'
  | 'second_factor.renew_recovery_codes'
  | 'second_factor.use_recovery_code'
  | 'user.change_password'
  | 'user.create'
  | 'user.delete'
  | 'user.login'
  | 'user.logout'
  | 'user.remove_second_factor'
  | 'user.reset_password'
  | 'user.update';

/** The step of a statement that writes an audit row for each row of `from`. The other values are expressions of its columns. */
export const insertAuditRows = ({
  at,
  actorId,
  apiKeyId = sql`null::uuid`,
  action,
  subjectId,
  details = sql`'{}'::jsonb`,
  from,
}: {
  at: SQL;
  actorId: SQL;
  /** The API key that the actor used. */
  apiKeyId?: SQL;
  action: AuditAction | SQL;
  subjectId: SQL;
  details?: SQL;
  from: SQL;
}): SQL => sql`
  insert into audit_log (at, actor_id, api_key_id, action, subject_id, details)
  select ${at}, ${actorId}, ${apiKeyId}, ${typeof action === 'string' ? sql.raw(`'${action}'`) : action}, ${subjectId},
         ${details}
  from ${from}`;
