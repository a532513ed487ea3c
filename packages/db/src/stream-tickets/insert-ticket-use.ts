import type { Database } from '../connection/open-database.ts';
import { prepareStatement } from '../connection/statement.ts';
import { sql } from '../drizzle.ts';

export type TicketUse = { userId: string; apiKeyId: string | null; ticketId: string };

/**
 * A ticket is kept as an idempotency key: a call that must not be made twice, whichever process gets it. The row stays longer than
 * the ticket is valid, and is deleted with the other keys.
 */
const statement = prepareStatement<TicketUse, { isFirst: true }>(
  (p) => sql`
    insert into idempotency_keys (user_id, api_key_id, procedure, key, request_hash, response, created_at)
    values (${p('userId', 'uuid')}, ${p('apiKeyId', 'uuid')}, 'auth.streamTicket', ${p('ticketId', 'text')},
      ''::bytea, 'null'::jsonb, now())
    on conflict do nothing
    returning key`,
  () => ({ isFirst: true }),
  'write',
);

/** Records that a ticket was used. False if it was used before, in this process or another. */
export async function insertTicketUse(db: Database, use: TicketUse): Promise<boolean> {
  return (await db.execute(statement, use)).length > 0;
}
