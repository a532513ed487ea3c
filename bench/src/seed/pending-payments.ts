import { randomUUIDv7 } from 'node:crypto';
import type { Database } from '@paydeck/db/connection';
import { insertMissingPayments } from '@paydeck/db/payments';
import { selectUsers } from '@paydeck/db/users';
import type { Sql } from 'postgres';
import { samplePayment } from '../writes/sample-payment.ts';

const batch = 1_000;

/** Imports pending payments into a database of Paydeck. Resolves to their ids. */
export async function insertPending(db: Database, count: number): Promise<string[]> {
  const [user] = await selectUsers(db.orm);
  if (user === undefined) throw new Error('The database must have a user.');
  const ids: string[] = [];
  while (ids.length < count) {
    const payments = Array.from({ length: Math.min(batch, count - ids.length) }, (_, n) => ({
      ...samplePayment(n),
      id: randomUUIDv7(),
      status: 'pending' as const,
      failureCode: null,
      failureMessage: null,
      createdAt: null,
      updatedAt: null,
    }));
    await insertMissingPayments(db, { userId: user.id, apiKeyId: null, payments });
    ids.push(...payments.map(({ id }) => id));
  }
  return ids;
}

const pendingRow = (n: string) =>
  `${n}, 'USD', 'credit_card', 'pending', 'Jane Smith', 'Invoice 2026-' || ${n}, now()`;

/** Inserts pending payments into the copy of the table that the bare limits write to. Resolves to their ids. */
export async function insertPendingBare(client: Sql, count: number): Promise<string[]> {
  return idsOf(
    await client.unsafe(
      `insert into payments_copy (id, amount_minor, currency, method, status, receiver, description, created_at, updated_at)
       select uuidv7(), ${pendingRow('n')}, now() from generate_series(1, $1::int) n returning id`,
      [count],
    ),
  );
}

/** Inserts pending payments into the table of the peer. Resolves to their ids. */
export async function insertPendingOfPeer(client: Sql, count: number): Promise<string[]> {
  return idsOf(
    await client.unsafe(
      `insert into payments (amount_minor, currency, method, status, receiver, description, created_at)
       select ${pendingRow('n')} from generate_series(1, $1::int) n returning id`,
      [count],
    ),
  );
}

const idsOf = (rows: readonly Record<string, unknown>[]): string[] => rows.map(({ id }) => String(id));
