import { auditActions } from '@paydeck/contract/audit';
import { expect, test } from 'vitest';
import type { z } from 'zod';
import { knownPassword, reasonOf, startTestApi } from '../../testing/test-api.ts';
import type { auditPage, listAuditInput } from './schema.ts';

type Page = z.output<typeof auditPage>;

test('an admin reads the audit log by actor, action, subject and time, in pages', async () => {
  await using api = await startTestApi();
  const admin = await api.signIn({ role: 'admin' });
  const viewer = await api.signIn();
  const created = await admin.call.users.create({ username: 'third', password: knownPassword });
  await admin.call.users.update({ id: created.id, role: 'admin' });
  const key = await admin.call.apiKeys.create({ name: 'nightly', role: 'admin' });
  await api.as(key.key).payments.create({
    amountMinor: 1250,
    currency: 'USD',
    method: 'credit_card',
    status: 'pending',
    receiver: 'Jane Smith',
  });
  const [payment] = (await admin.call.payments.list()).items;
  await api.as(key.key).payments.update({ id: payment?.id ?? '', status: 'success' });

  const { items: all, nextCursor } = await admin.call.audit.list();
  expect(nextCursor).toBeNull();
  expect(all.map(({ action }) => action)).toEqual([
    'payment.update',
    'api_key.create',
    'user.update',
    'user.create',
    'user.login',
    'user.create',
    'user.login',
    'user.create',
  ]);
  expect(all[0]).toMatchObject({
    actor: { id: admin.user.id, username: admin.user.username },
    apiKey: { id: key.id, name: 'nightly' },
    subject: { id: payment?.id, name: null },
    details: { from: 'pending', to: 'success' },
  });
  expect(all[2]).toMatchObject({ subject: { id: created.id, name: 'third' }, apiKey: null });

  // Every page, followed to the end, holds the same rows as a filter of all rows.
  const pagesOf = async (filter: z.input<typeof listAuditInput>) => {
    const items: Page['items'] = [];
    let cursor: string | null | undefined;
    do {
      const page: Page = await admin.call.audit.list({ ...filter, limit: 2, cursor: cursor ?? undefined });
      items.push(...page.items);
      cursor = page.nextCursor;
    } while (cursor !== null);
    return items;
  };
  const middle = all[3]?.at ?? new Date();
  for (const [filter, matches] of [
    [{}, () => true],
    [{ actorId: admin.user.id }, ({ actor }) => actor?.id === admin.user.id],
    [{ action: ['user.login'] }, ({ action }) => action === 'user.login'],
    [
      { action: [...auditActions.users, ...auditActions.payments] },
      ({ action }) => action === 'payment.update' || (action.startsWith('user.') && action !== 'user.login'),
    ],
    [{ subjectId: viewer.user.id }, ({ subject }) => subject?.id === viewer.user.id],
    [{ from: middle.toISOString() }, ({ at }) => at >= middle],
    [{ to: middle.toISOString() }, ({ at }) => at < middle],
    [
      { actorId: admin.user.id, action: ['user.update'], from: middle.toISOString() },
      ({ action, at }) => action === 'user.update' && at >= middle,
    ],
  ] satisfies [z.input<typeof listAuditInput>, (row: Page['items'][number]) => boolean][]) {
    expect([filter, await pagesOf(filter)]).toEqual([filter, all.filter(matches)]);
  }

  expect(await reasonOf(viewer.call.audit.list())).toBe('forbidden');
  expect(await reasonOf(viewer.call.audit.verify())).toBe('forbidden');
  expect(await reasonOf(admin.call.audit.list({ cursor: 'bm8' }))).toBe('invalid_cursor');
  expect(await reasonOf(admin.call.audit.list({ action: ["x' or 1=1"] }))).toBe('invalid_input');
});

test('an admin checks that the audit log is as it was written', async () => {
  await using api = await startTestApi();
  const { call } = await api.signIn({ role: 'admin' });
  const check = await call.audit.verify();
  const [newest] = (await call.audit.list({ limit: 1 })).items;
  expect(check).toEqual({
    rows: 2,
    findings: [],
    next: null,
    head: { id: newest?.id, hash: newest?.hash },
  });
  expect(await call.audit.verify({ after: check.head })).toMatchObject({ rows: 0, findings: [], next: null });
  const other = { id: 1, hash: '00'.repeat(32) };
  expect(await call.audit.verify({ after: other })).toMatchObject({
    findings: [{ problem: 'changed', id: 2, lastId: 2 }],
  });
});
