import { type AuditRow, selectAuditRows } from '@paydeck/db/audit-log';
import type { Database } from '@paydeck/db/connection';
import { expect, test } from 'vitest';
import { startTestServer } from '../testing/start-test-server.ts';
import { bearer, send, signIn } from './plain-fetch.ts';

const rowsOf = async (db: Database, actions: string[]): Promise<AuditRow[]> =>
  (await selectAuditRows(db, { filter: { actions }, after: null, limit: 100 })).toReversed();

test('a start records its settings without secrets', async () => {
  const environment = { METRICS_TOKEN: 'a-token-that-nobody-may-read', EVENT_RETENTION_DAYS: '7' };
  await using server = await startTestServer({ environment });
  const [start] = await rowsOf(server.database.db, ['server.start']);
  expect(start).toMatchObject({
    actor: null,
    details: {
      node: process.version,
      settings: { environment: 'test', eventRetentionDays: 7, defaultCurrency: 'USD', trustedProxies: [] },
    },
  });
  const text = JSON.stringify(start);
  const { password } = new URL(server.database.url);
  for (const secret of [server.config.jwtSecret, 'admin123', environment.METRICS_TOKEN, password].filter(
    Boolean,
  ))
    expect(text).not.toContain(secret);
});

test('an export is recorded with its caller, filter and number of rows before and after it is sent', async () => {
  await using server = await startTestServer();
  const { db } = server.database;
  const admin = await server.signedInClient();
  const payment = { amountMinor: 1250, currency: 'USD', method: 'credit_card', receiver: 'Jane' } as const;
  const payments = Array.from({ length: 20 }, () => payment);
  await admin.api.payments.createMany.mutate({ payments });
  const token = await signIn(server.url);

  const headers = { ...bearer(token), 'user-agent': 'thief/1.0' };
  await send(`${server.url}/api/payments/export?format=jsonl&currency=USD`, { headers });
  const actions = ['payment.export', 'payment.export_end'];
  await expect.poll(async () => (await rowsOf(db, actions)).length, { timeout: 30_000 }).toBe(2);
  const [start, end] = await rowsOf(db, actions);
  const caller = { actor: { username: 'admin' }, address: '127.0.0.1', userAgent: 'thief/1.0' };
  expect(start).toMatchObject({ ...caller, details: { format: 'jsonl', filter: { currency: 'USD' } } });
  expect(end).toMatchObject({
    ...caller,
    subject: { id: start?.subject?.id },
    details: { format: 'jsonl', filter: { currency: 'USD' }, outcome: 'complete', rows: 20 },
  });
  expect(Number(end?.details.bytes)).toBeGreaterThan(1_000);

  // A request for the headers alone sends no payments.
  await send(`${server.url}/api/payments/export`, { method: 'HEAD', headers });
  expect(await rowsOf(db, actions)).toHaveLength(2);
});

test('an export that fails is recorded, too', async () => {
  await using server = await startTestServer();
  const { db } = server.database;
  const token = await signIn(server.url);
  const holder = db.dedicatedClient();
  await holder.begin(async (transaction) => {
    await transaction`lock table payments in access exclusive mode`;
    const refused = await send(`${server.url}/api/payments/export`, { headers: bearer(token) });
    expect(refused.status).toBe(503);
  });
  await holder.end();
  await expect
    .poll(async () => (await rowsOf(db, ['payment.export_end'])).length, { timeout: 60_000 })
    .toBe(1);
  const [start, end] = await rowsOf(db, ['payment.export', 'payment.export_end']);
  expect(end).toMatchObject({
    subject: { id: start?.subject?.id },
    details: { format: 'csv', outcome: 'cut' },
  });
});
