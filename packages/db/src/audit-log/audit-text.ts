import { type SQL, sql } from '../drizzle.ts';

/** The hash that the first chained row continues. */
export const chainStart = '00'.repeat(32);

/**
 * The text that the hash of a row covers, as `paydeck_audit_text` of migrations/0010_audit.sql writes it. A check does not call that
 * function: an attacker who can change rows could replace it. Tested by verify-audit-log.test.ts.
 */
export const auditText = (alias: string): SQL => {
  const of = (column: string) => sql.raw(`${alias}.${column}`);
  return sql`convert_to(jsonb_build_array(
    ${of('id')}, (extract(epoch from ${of('at')}) * 1000)::bigint, ${of('actor_id')}, ${of('api_key_id')},
    ${of('action')}, ${of('subject_id')}, ${of('details')}, ${of('address')}, ${of('user_agent')})::text, 'UTF8')`;
};
