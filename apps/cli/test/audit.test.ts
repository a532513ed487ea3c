import { auditCsvHeader } from '@paydeck/contract/audit';
import { parse } from 'csv-parse/sync';
import { expect, test } from 'vitest';
import { jsonLines, openServerAndShell } from './run-paydeck.ts';

test('an admin reads the audit log as a table, CSV and JSON Lines', async () => {
  await using env = await openServerAndShell();
  await env.admin.api.users.create.mutate({ username: 'jane', password: 'a password of hers' });
  const actions = ['api_key.create', 'user.create', 'user.login', 'server.start'];

  const { code, stdout } = await env.run(['audit']);
  expect(code).toBe(0);
  expect(stdout).toMatch(/user\.create +admin +jane +127\.0\.0\.1 +\{"role":"viewer","username":"jane"\}/);

  const lines = await env.run(['audit', '--all', '--format', 'jsonl']);
  expect(jsonLines(lines.stdout)).toMatchObject([
    { action: 'user.create', subject: { name: 'jane' } },
    { action: 'api_key.create', actor: { username: 'admin' } },
    { action: 'user.login' },
    { action: 'server.start', actor: null },
    { action: 'user.create', actor: null },
  ]);

  const csv = await env.run(['audit', '--limit', '4', '--format', 'csv']);
  const rows: Record<string, string>[] = parse(csv.stdout, { columns: true, record_delimiter: '\r\n' });
  expect(csv.stdout.startsWith(`${auditCsvHeader}\r\n`)).toBe(true);
  expect(rows.map(({ Action }) => Action).sort()).toEqual([...actions].sort());

  const some = await env.run(['audit', '--actor', 'ADMIN', '--subject', 'jane', '--json']);
  expect(jsonLines(some.stdout)).toMatchObject([{ action: 'user.create' }]);
  const starts = await env.run([
    'audit',
    '--action',
    'server.start,user.login',
    '--from',
    '2020-01-01',
    '--json',
  ]);
  expect(jsonLines(starts.stdout)).toMatchObject([{ action: 'user.login' }, { action: 'server.start' }]);
  expect(await env.run(['audit', '--to', '2020-01-01'])).toMatchObject({
    code: 0,
    stdout: 'There are no such entries.\n',
  });
  expect(await env.run(['audit', '--actor', 'nobody'])).toMatchObject({ code: 4 });
});

test('a viewer does not read the audit log, and the refusal is in it', async () => {
  await using env = await openServerAndShell('viewer');
  expect(await env.run(['audit'])).toMatchObject({ code: 3, stdout: '' });
  expect(await env.run(['verify', '--audit'])).toMatchObject({ code: 3, stdout: '' });
  await expect
    .poll(async () => (await env.admin.api.audit.list.query({ action: ['call.refused'] })).items.length, {
      timeout: 30_000,
    })
    .toBe(2);
});

test('verify --audit finds a changed row, and a log that was written again', async () => {
  await using env = await openServerAndShell();
  const { db } = env.server.database;
  const first = await env.run(['verify', '--audit']);
  expect(first).toMatchObject({ code: 0, stdout: expect.stringContaining('as it was written: 4 rows') });
  const [, kept = ''] = /Newest row: (\S+)/.exec(first.stdout) ?? [];
  await env.admin.api.users.create.mutate({ username: 'jane', password: 'a password of hers' });
  const intact = await env.run(['verify', '--audit', '--kept', kept, '--json']);
  expect(JSON.parse(intact.stdout)).toMatchObject({ rows: 5, findings: [], head: { id: 5 } });

  const tamper = async (statement: string) => {
    for (const table of ['audit_log', 'audit_head'])
      await db.orm.execute(`alter table ${table} disable trigger user`);
    await db.orm.execute(statement);
    for (const table of ['audit_log', 'audit_head'])
      await db.orm.execute(`alter table ${table} enable trigger user`);
  };
  await tamper("update audit_log set address = '198.51.100.1' where id = 3");
  const changed = await env.run(['verify', '--audit', '--kept', kept]);
  expect(changed).toMatchObject({ code: 6, stdout: expect.stringContaining('Row 3 was changed') });

  // With the hashes computed again, only the kept row shows that something was changed.
  await tamper(`
    do $$
    declare entry audit_log; before bytea := decode(repeat('00', 32), 'hex');
    begin
      for entry in select * from audit_log order by id loop
        before := sha256(before || paydeck_audit_text(entry));
        update audit_log set hash = before where id = entry.id;
      end loop;
      update audit_head set hash = before;
    end $$`);
  expect(await env.run(['verify', '--audit'])).toMatchObject({ code: 0 });
  const again = await env.run(['verify', '--audit', '--kept', kept]);
  expect(again).toMatchObject({ code: 6, stdout: expect.stringContaining('The log was written again') });
  expect(await env.run(['verify', '--audit', '--kept', 'x'])).toMatchObject({ code: 2 });
});
