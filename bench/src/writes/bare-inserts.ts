import { randomUUIDv7 } from 'node:crypto';
import postgres from 'postgres';
import { callsPerSecond, type Subject } from '../measure.ts';
import { type SamplePayment, samplePayment } from './sample-payment.ts';

/** Creates the table that the baselines write to: a copy of `payments`. Resolves to the admin that its rows refer to. */
export async function createCopyOfPayments(databaseUrl: string): Promise<{ adminId: string }> {
  const client = postgres(databaseUrl, { max: 1 });
  await client`create table payments_copy (like payments including all)`;
  await client`alter table payments_copy add foreign key (created_by) references users (id)`;
  const [admin] = await client<{ id: string }[]>`select id from users`;
  await client.end();
  if (admin === undefined) throw new Error('The database must have a user before the copy is made.');
  return { adminId: admin.id };
}

const insert = `
insert into payments_copy (id, amount_minor, currency, method, status, receiver, description, failure_code,
                           created_by, created_at, updated_at)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, now(), now())`;

/** Writes one payment to the copy: one prepared insert, one commit. */
export function insertPayment(client: postgres.Sql, adminId: string, p: SamplePayment): Promise<unknown> {
  const values = [
    randomUUIDv7(),
    p.amountMinor,
    p.currency,
    p.method,
    p.status,
    p.receiver,
    p.description,
    p.failureCode,
    adminId,
  ];
  return client.unsafe(insert, values, { prepare: true });
}

/**
 * The baseline: one prepared insert and one commit per payment, with the driver and the number of connections that Paydeck
 * uses. It has no rollups, events, idempotency keys or checks. The driver pipelines by default, which makes the
 * baseline faster when there are more clients than connections.
 */
export function bareInserts(
  name: string,
  { databaseUrl, adminId }: { databaseUrl: string; adminId: string },
): Subject & AsyncDisposable {
  const client = postgres(databaseUrl, { max: 10 });
  let n = 0;
  const insertOne = () => {
    n += 1;
    return insertPayment(client, adminId, samplePayment(n));
  };
  return {
    name,
    measure: (load) => callsPerSecond(load, insertOne),
    [Symbol.asyncDispose]: () => client.end(),
  };
}
