import type { PaydeckClient } from '@paydeck/client';
import { createTestDatabase } from '@paydeck/db/testing';
import { startTestServer } from '@paydeck/server/testing';
import { expect, test } from 'vitest';
import { freePort, jsonLines, openServerAndShell, openShell } from './run-paydeck.ts';

const payment = (receiver: string) => ({ amountMinor: 1250, method: 'credit_card' as const, receiver });
const create = (admin: PaydeckClient, receiver: string) =>
  admin.api.payments.create.mutate(payment(receiver));
const waiting = { interval: 20, timeout: 30_000 };

test('each event is printed once, even across a restart of the server', async () => {
  await using database = await createTestDatabase();
  const environment = { PORT: await freePort() };
  const first = await startTestServer({ database, environment });
  const admin = await first.signedInClient();
  const { key } = await admin.api.apiKeys.create.mutate({ name: 'tail', role: 'viewer' });
  await using shell = await openShell({ PAYDECK_URL: first.url, PAYDECK_API_KEY: key });
  await create(admin, 'Ada 1');
  const { asOf } = await admin.api.payments.list.query();
  const { id } = await create(admin, 'Ada 2');
  await create(admin, 'Somebody else');

  const tail = shell.start(['payments', 'tail', '--since', String(asOf), '--search', 'ada', '--json']);
  let output = '';
  tail.stdout?.on('data', (chunk) => {
    output += chunk;
  });
  const receivers = () => [...output.matchAll(/"receiver":"([^"]+)"/g)].map(([, receiver]) => receiver);
  await expect.poll(receivers, waiting).toEqual(['Ada 2']);
  await create(admin, 'Ada 3');
  await expect.poll(receivers, waiting).toEqual(['Ada 2', 'Ada 3']);

  await first[Symbol.asyncDispose]();
  await using second = await startTestServer({ database, environment });
  const adminAgain = await second.signedInClient();
  await create(adminAgain, 'Ada 4');
  await adminAgain.api.payments.update.mutate({ id, status: 'success' });
  await expect.poll(receivers, waiting).toEqual(['Ada 2', 'Ada 3', 'Ada 4', 'Ada 2']);

  tail.kill('SIGINT');
  const { code, stdout } = await tail.ended;
  expect(code).toBe(0);
  const positions = jsonLines(stdout).map((event) => Object(event).position);
  expect(positions).toEqual([...new Set(positions)].sort((a, b) => a - b));
});

test('each event is one line, and --count ends the command', async () => {
  await using env = await openServerAndShell();
  const { asOf } = await env.admin.api.payments.list.query();
  const { id } = await create(env.admin, 'Bob');
  await env.admin.api.payments.update.mutate({ id, status: 'success' });
  const pending = ['payments', 'tail', '--status', 'pending', '--since', String(asOf), '--count', '2'];
  const { code, stdout, stderr } = await env.run(pending);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout.split('\n')).toEqual([
    expect.stringMatching(new RegExp(` entered  ${id} +12\\.50 USD  credit_card  pending  Bob$`)),
    expect.stringMatching(new RegExp(` left     ${id} +12\\.50 USD  credit_card  success  Bob$`)),
    '',
  ]);

  const short = env.start([...pending.slice(0, -1), '3']);
  await new Promise((resolve) => short.stdout?.once('data', resolve));
  short.kill('SIGINT');
  expect((await short.ended).code).toBe(130);
});

test('a position that the log no longer has causes a reset', async () => {
  await using env = await openServerAndShell();
  await create(env.admin, 'Bob');
  await env.server.database.db.orm.execute(
    'delete from events where position < (select max(position) from events)',
  );
  const tail = env.start(['payments', 'tail', '--since', '0', '--count', '1', '--json']);
  let output = '';
  tail.stdout?.on('data', (chunk) => {
    output += chunk;
  });
  await expect.poll(() => output, waiting).toContain('"type":"reset"');
  const { id } = await create(env.admin, 'Ada');
  expect((await tail.ended).code).toBe(0);
  expect(jsonLines(output)).toMatchObject([{ type: 'reset' }, { type: 'payment_created', payment: { id } }]);
});
