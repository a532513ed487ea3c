import type { Database } from '../connection/open-database.ts';
import { prepareStatement } from '../connection/statement.ts';
import { sql } from '../drizzle.ts';

type Claim = { userId: string; apiKeyId: string | null; procedure: string; key: string };
type FirstAnswer = { requestHash: string; response: unknown };

const statement = prepareStatement<Claim, FirstAnswer>(
  (p) => sql`
    select encode(request_hash, 'hex'), response from idempotency_keys
    where user_id = ${p('userId', 'uuid')} and procedure = ${p('procedure', 'text')} and key = ${p('key', 'text')}
      and api_key_id is not distinct from ${p('apiKeyId', 'uuid')}`,
  ([requestHash, response]) => ({ requestHash: String(requestHash), response }),
  'quick',
);

/** The answer to the first write with this key, and the hash of its input. Null when the key is unused. */
export async function selectIdempotentResponse(
  db: Database,
  claim: Claim,
): Promise<{ requestHash: Buffer; response: unknown } | null> {
  const [first] = await db.execute(statement, claim);
  if (first === undefined) return null;
  return { requestHash: Buffer.from(first.requestHash, 'hex'), response: first.response };
}
