import { pruneEvents } from '@paydeck/db/events';
import { payments } from '@paydeck/db/schema';
import { eq } from 'drizzle-orm';
import { expect, test } from 'vitest';
import { createTestServices } from '../../testing/test-services.ts';

const payment = { amountMinor: 1250, method: 'credit_card', receiver: 'Jane Smith' } as const;

test('a history has the author of each change, oldest first, even after the events were pruned', async () => {
  await using run = await createTestServices();
  const { caller, ctx } = await run.signedIn('admin');
  const other = await run.signedIn('admin');
  const viewer = await run.signedIn('viewer');
  const created = await caller.payments.create({ ...payment, description: 'Order 7' });
  const { id } = created;
  const described = await other.caller.payments.update({ id, description: 'Order 8' });
  const failed = await caller.payments.update({
    id,
    status: 'failed',
    failureCode: 'card_declined',
    failureMessage: 'Declined',
  });
  const emptied = await other.caller.payments.update({ id, description: null });
  await caller.payments.create(payment);
  await pruneEvents(ctx.db.orm, { retentionDays: -1 });

  const [me, them] = [ctx, other.ctx].map(({ actor }) => ({ username: actor.username, apiKeyName: null }));
  expect(await viewer.caller.payments.history({ id })).toEqual([
    { type: 'created', at: created.createdAt, by: me, changes: {} },
    {
      type: 'updated',
      at: described.updatedAt,
      by: them,
      changes: { description: { from: 'Order 7', to: 'Order 8' } },
    },
    {
      type: 'updated',
      at: failed.updatedAt,
      by: me,
      changes: {
        status: { from: 'pending', to: 'failed' },
        failureCode: { from: null, to: 'card_declined' },
        failureMessage: { from: null, to: 'Declined' },
      },
    },
    {
      type: 'updated',
      at: emptied.updatedAt,
      by: them,
      changes: { description: { from: 'Order 8', to: null } },
    },
  ]);
});

test('the author may be unknown; a payment that does not exist has no history', async () => {
  await using run = await createTestServices();
  const { caller, ctx } = await run.signedIn('admin');
  const { id, createdAt } = await caller.payments.create(payment);
  await ctx.db.orm.update(payments).set({ createdBy: null }).where(eq(payments.id, id));
  expect(await caller.payments.history({ id })).toEqual([
    { type: 'created', at: createdAt, by: null, changes: {} },
  ]);
  const absent = { id: '00000000-0000-7000-8000-00000000dead' };
  await expect(caller.payments.history(absent)).rejects.toMatchObject({ reason: 'payment_not_found' });
  await expect(run.anonymous.payments.history({ id })).rejects.toMatchObject({ reason: 'not_signed_in' });
});
