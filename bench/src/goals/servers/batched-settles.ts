import type { Sql } from 'postgres';

const update = `
  update payments_copy p set status = 'success', updated_at = now()
  from unnest($1::uuid[]) as settled (id)
  where p.id = settled.id and p.status = 'pending'`;

/**
 * Settles payments of `payments_copy` in batches: while one batch is at the database, the next one gathers. It is the least
 * that settling can cost: no rollups, no events, and one statement and one commit for all callers that wait.
 */
export function batchedSettles(client: Sql): (id: string) => Promise<void> {
  type Waiting = { id: string; resolve(): void; reject(error: unknown): void };
  let gathering: Waiting[] = [];
  let isWriting = false;
  const write = async () => {
    isWriting = true;
    while (gathering.length > 0) {
      const batch = gathering;
      gathering = [];
      try {
        await client.unsafe(update, [batch.map(({ id }) => id)], { prepare: true });
        for (const { resolve } of batch) resolve();
      } catch (error) {
        for (const { reject } of batch) reject(error);
      }
    }
    isWriting = false;
  };
  return (id) =>
    new Promise((resolve, reject) => {
      gathering.push({ id, resolve, reject });
      if (!isWriting) void write();
    });
}
