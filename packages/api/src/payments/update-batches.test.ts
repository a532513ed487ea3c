import { type PaymentStatus, settledStatuses } from '@paydeck/contract/payments';
import { type AuditCaller, noCaller } from '@paydeck/db/audit-log';
import type { Database } from '@paydeck/db/connection';
import { selectEvents } from '@paydeck/db/events';
import { insertPayments, type UpdatePaymentRequest, updatePaymentRows } from '@paydeck/db/payments';
import { verifyRollups } from '@paydeck/db/rollups';
import { insertUser } from '@paydeck/db/users';
import * as fc from 'fast-check';
import { v7 as uuidv7 } from 'uuid';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { refusalOf, startTestApi } from '../../testing/test-api.ts';
import { createTestServices } from '../../testing/test-services.ts';
import { payment as paymentSchema } from './schema.ts';

const statuses: readonly PaymentStatus[] = ['pending', 'pending', 'pending', 'success', 'failed'];
const admin = {
  id: uuidv7(),
  username: 'batches',
  passwordHash: 'none',
  role: 'admin',
  actorId: null,
  ...noCaller,
} as const;

type Update = Omit<
  UpdatePaymentRequest,
  keyof AuditCaller | 'id' | 'actorId' | 'apiKeyId' | 'idempotency'
> & {
  /** An index of `statuses`. The one after the last stands for a payment that does not exist. */
  payment: number;
  key: number | null;
};

const arbitraryUpdate: fc.Arbitrary<Update> = fc
  .record({
    payment: fc.integer({ min: 0, max: statuses.length }),
    status: fc.constantFrom(null, ...settledStatuses),
    failureCode: fc.constantFrom(null, 'card_declined'),
    failureMessage: fc.constantFrom(null, 'Declined'),
    receiver: fc.constantFrom(null, 'Jane Smith', 'Jürgen “Ü” Smith'),
    description: fc.constantFrom(undefined, null, 'Order 8', 'O\'Neill \\ "x"'),
    key: fc.option(fc.integer({ min: 0, max: 4 })),
  })
  .map((update) =>
    update.status === 'failed' ? update : { ...update, failureCode: null, failureMessage: null },
  );

/** Batches in which no payment and no key occurs twice. */
const arbitraryBatches = fc.array(
  fc.uniqueArray(arbitraryUpdate, {
    minLength: 1,
    maxLength: statuses.length,
    comparator: (a, b) => a.payment === b.payment || (a.key !== null && a.key === b.key),
  }),
  { minLength: 1, maxLength: 4 },
);

/** Every row that creates and updates write, without the times of the writes. */
async function writtenRows(db: Database): Promise<unknown[]> {
  return await db.orm.execute(`
    select 1 as part, id::text as place, to_jsonb(p) - 'updated_at' as row from payments p
    union all
    select 2, lpad(position::text, 9, '0'), jsonb_build_array(type, payload #- '{payment,updatedAt}') from events
    union all
    select 3, lpad(id::text, 9, '0'), to_jsonb(a) - 'at' - 'hash' from audit_log a
    union all
    select 4, key, to_jsonb(k) - 'created_at' #- '{response,updatedAt}' from idempotency_keys k
    order by part, place`);
}

test('a batch of updates does what the same updates do one by one', async () => {
  await using batched = await createTestServices();
  await using single = await createTestServices();
  const databases = [batched.services.db, single.services.db];
  for (const db of databases) await insertUser(db, admin);
  let runs = 0;
  await fc.assert(
    fc.asyncProperty(arbitraryBatches, async (batches) => {
      runs += 1;
      const payments = statuses.map((status) => ({
        id: uuidv7(),
        amountMinor: 1250,
        currency: 'USD',
        method: 'credit_card' as const,
        status,
        receiver: 'Jane Smith',
        description: null,
        failureCode: null,
        failureMessage: null,
        createdAt: new Date('2026-01-01T00:00:00Z'),
      }));
      for (const db of databases)
        await insertPayments(db, [{ userId: admin.id, idempotency: null, payments }]);
      for (const batch of batches) {
        const requests = batch.map(({ payment, key, ...fields }) => ({
          ...fields,
          id: payments[payment]?.id ?? uuidv7(),
          actorId: admin.id,
          apiKeyId: null,
          ...noCaller,
          idempotency:
            key === null ? null : { procedure: 'p', key: `${runs}-${key}`, requestHash: Buffer.of(key) },
        }));
        const together = await updatePaymentRows(batched.services.db, requests);
        const oneByOne = [];
        for (const request of requests)
          oneByOne.push(...(await updatePaymentRows(single.services.db, [request])));
        const withoutTime = (answers: typeof together) => answers.map((p) => p && { ...p, updatedAt: null });
        expect(withoutTime(together)).toEqual(withoutTime(oneByOne));
      }
    }),
    { numRuns: 60 },
  );
  expect(await writtenRows(batched.services.db)).toEqual(await writtenRows(single.services.db));
  for (const db of databases) expect((await verifyRollups(db)).differences).toEqual([]);
});

const paymentEvent = z.object({
  payment: paymentSchema.extend({ createdAt: z.coerce.date(), updatedAt: z.coerce.date() }),
  previous: paymentSchema.pick({ status: true, receiver: true, description: true }).optional(),
});

test('many updates at once, in two processes, do what their events say, one after the other', async () => {
  await using api = await startTestApi();
  const { accessToken, call } = await api.signIn({ role: 'admin' });
  const peer = await api.startPeer();
  const { payments } = await call.payments.createMany({
    payments: Array.from({ length: 8 }, () => ({
      amountMinor: 1250,
      method: 'credit_card' as const,
      receiver: 'Jane Smith',
    })),
  });
  const [updates = []] = fc.sample(fc.array(arbitraryUpdate, { minLength: 300, maxLength: 300 }), 1);
  const inputs = updates.flatMap(({ key, status, receiver, description, ...update }, n) =>
    status === null && receiver === null && description === undefined
      ? []
      : {
          ...update,
          payment: undefined,
          id: payments[(update.payment + n) % payments.length]?.id ?? '',
          status: status ?? undefined,
          receiver: receiver ?? undefined,
          description,
          // Each key occurs some ten times, with the same input or with others.
          idempotencyKey: key === null ? undefined : `${key}-${n % 6}`,
        },
  );
  const answers = await Promise.all(
    inputs.map(async ({ payment: _, ...input }, n) => {
      const caller = n % 2 === 0 ? call : api.as(accessToken, peer);
      const answer = caller.payments.update(input);
      return { input, refusal: await refusalOf(answer), payment: await answer.catch(() => null) };
    }),
  );

  // Replays the events: each one must begin where the one before it ended.
  const stored = new Map(payments.map((payment) => [payment.id, payment]));
  const written: unknown[] = [];
  for (const event of await selectEvents(api.db, { after: 0, limit: 1_000 })) {
    if (event.type !== 'payment_updated') continue;
    const { payment, previous } = paymentEvent.parse(event.payload);
    const before = stored.get(payment.id);
    expect(previous).toEqual({
      status: before?.status,
      receiver: before?.receiver,
      description: before?.description,
    });
    if (payment.status !== before?.status) expect(before?.status).toBe('pending');
    stored.set(payment.id, payment);
    written.push(payment);
  }
  for (const payment of stored.values())
    expect(await call.payments.byId({ id: payment.id })).toEqual(payment);
  expect((await verifyRollups(api.db)).differences).toEqual([]);

  const firstByKey = new Map<string, unknown>();
  let executions = 0;
  for (const { input, refusal, payment } of answers) {
    if (payment === null) {
      expect(['payment_already_settled', 'idempotency_key_reused']).toContain(refusal?.reason);
      if (refusal?.reason === 'payment_already_settled')
        expect(stored.get(input.id)?.status).not.toBe('pending');
      continue;
    }
    expect(written).toContainEqual(payment);
    const first = input.idempotencyKey && firstByKey.get(input.idempotencyKey);
    if (first === undefined || input.idempotencyKey === undefined) executions += 1;
    else expect(payment).toEqual(first);
    if (input.idempotencyKey !== undefined) firstByKey.set(input.idempotencyKey, payment);
  }
  expect(written).toHaveLength(executions);
});
