import { type PaymentStatus, paymentMethods, paymentStatuses } from '@paydeck/contract/payments';
import type { Database } from '@paydeck/db/connection';
import { verifyRollups } from '@paydeck/db/rollups';
import { z } from 'zod';

/** The status of every payment in the database, by id. */
export async function storedPayments(db: Database): Promise<Map<string, PaymentStatus>> {
  const rows = await read(
    db,
    (client) => client<{ id: string; status: PaymentStatus }[]>`select id, status from payments`,
  );
  return new Map(rows.map(({ id, status }) => [id, status]));
}

/** The log positions of all payment events, in order. */
export async function loggedPositions(db: Database): Promise<string[]> {
  const rows = await read(
    db,
    (client) =>
      client<
        { position: number }[]
      >`select position from events where type like 'payment_%' order by position`,
  );
  return rows.map(({ position }) => String(position));
}

/** Every change of a payment in the log, in order. An update also has the payment before the change. */
export async function loggedChanges(db: Database): Promise<LoggedChange[]> {
  const rows = await read(
    db,
    (client) =>
      client`select position, type, payload, at from events where type like 'payment_%' order by position`,
  );
  return rows.map((row) => loggedChange.parse(row));
}

const payment = z.object({
  id: z.string(),
  amountMinor: z.number(),
  currency: z.string(),
  method: z.enum(paymentMethods),
  status: z.enum(paymentStatuses),
  receiver: z.string(),
  description: z.string().nullable(),
  failureCode: z.string().nullable(),
  failureMessage: z.string().nullable(),
  createdAt: z.coerce.date(),
  updatedAt: z.coerce.date(),
});

const loggedChange = z
  .object({
    position: z.number(),
    type: z.enum(['payment_created', 'payment_updated']),
    payload: z.object({
      payment,
      previous: payment.pick({ status: true, receiver: true, description: true }).optional(),
    }),
    at: z.coerce.date(),
  })
  .transform(({ payload: { payment, previous }, ...event }) => ({
    ...event,
    payment,
    previous: previous === undefined ? null : { ...payment, ...previous },
  }));
export type LoggedChange = z.output<typeof loggedChange>;

/**
 * Finds broken writes in the database. Payments, events and rollups must agree: each payment has exactly one `payment_created`, and each settled payment one later `payment_updated`. The last event of a payment
 * holds its state. No event is about a payment that does not exist.
 */
export async function findBrokenWrites(db: Database): Promise<string[]> {
  const wrong = await read(
    db,
    (client) => client<{ what: string; count: number }[]>`
      with payment_events as (
        select position, at, type, payload, (payload -> 'payment' ->> 'id')::uuid as id
        from events where type like 'payment_%'
      ),
      created as (select * from payment_events where type = 'payment_created'),
      updated as (select * from payment_events where type = 'payment_updated')
      select * from (
        select 'payments without exactly one payment_created' as what, count(*)::int as count
          from payments left join (select id, count(*) as n from created group by id) c using (id)
          where coalesce(c.n, 0) <> 1
        union all
        select 'payments whose last event has another status', count(*)::int
          from payments p left join (
            select distinct on (id) id, payload -> 'payment' ->> 'status' as status
            from payment_events order by id, position desc
          ) newest using (id)
          where p.status::text is distinct from newest.status
        union all
        select 'payments settled more than once', count(*)::int
          from (select id from updated group by id having count(*) > 1) twice
        union all
        select 'updates before the creation of their payment', count(*)::int
          from updated u join created c using (id) where u.position < c.position
        union all
        select 'events of payments that do not exist', count(*)::int from payment_events t
          where not exists (select from payments p where p.id = t.id)
        union all
        select 'positions that are not in order of time', count(*)::int
          from (select at, lag(at) over (order by position) as before from payment_events) steps where before > at
        union all
        select 'payments whose receiver has another payment', count(*)::int
          from (select receiver from payments group by receiver having count(*) > 1) twice
      ) checks where count > 0`,
  );
  const { differences } = await verifyRollups(db);
  return [
    ...wrong.map(({ what, count }) => `${count} ${what}`),
    ...differences.map((difference) => `rollup ${JSON.stringify(difference)}`),
  ];
}

type Client = ReturnType<Database['dedicatedClient']>;

async function read<Rows>(db: Database, query: (client: Client) => PromiseLike<Rows>): Promise<Rows> {
  const client = db.dedicatedClient();
  try {
    return await query(client);
  } finally {
    await client.end({ timeout: 5 });
  }
}
