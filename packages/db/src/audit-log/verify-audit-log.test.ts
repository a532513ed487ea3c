import { expect, test } from 'vitest';
import { createTestDatabase } from '../../testing/test-database.ts';
import { addUser, signIn } from '../../testing/test-users.ts';
import type { Database } from '../connection/open-database.ts';
import { migrateDatabase } from '../migrate/migrations.ts';
import { rollbackMigration } from '../migrate/rollback.ts';
import { noCaller } from './audit-caller.ts';
import { insertAuditEntries } from './insert-audit-entries.ts';
import { type AuditCheck, verifyAuditLog } from './verify-audit-log.ts';

const caller = { callerAddress: '203.0.113.7', callerUserAgent: 'Mozilla/5.0 "é" 😀' };

const entry = (n: number) => ({
  ...caller,
  action: 'call.refused',
  actorId: null,
  apiKeyId: null,
  subjectId: null,
  details: { n, amount: 12.5, text: 'a "b" \\ é 😀', list: [1, null, { z: 1, aa: 2 }] },
});

const write = (db: Database, count: number) =>
  insertAuditEntries(
    db,
    Array.from({ length: count }, (_, n) => entry(n)),
  );

/** Everything that the check finds, from the start to the end of the log. */
async function verify(db: Database): Promise<Pick<AuditCheck, 'rows' | 'findings'>> {
  let after: AuditCheck['next'] = null;
  const sum: Pick<AuditCheck, 'rows' | 'findings'> = { rows: 0, findings: [] };
  do {
    const check: AuditCheck = await verifyAuditLog(db, after);
    sum.rows += check.rows;
    sum.findings.push(...check.findings);
    after = check.next;
  } while (after !== null);
  return sum;
}

/** Does what somebody can do who may disable triggers: the owner of the tables, or a superuser. */
async function tamper(db: Database, ...statements: string[]): Promise<void> {
  await db.orm.execute('alter table audit_log disable trigger user');
  for (const statement of statements) await db.orm.execute(statement);
  await db.orm.execute('alter table audit_log enable trigger user');
}

test('the rows of all writers at once, in several processes, form one chain without gaps', async () => {
  await using test = await createTestDatabase({ maxConnections: 20 });
  const { db } = test;
  const users = await Promise.all(Array.from({ length: 4 }, () => addUser(db)));
  await Promise.all([
    ...users.flatMap((id) => [signIn(db, id), signIn(db, id), write(db, 3), addUser(db)]),
    write(db, 300),
  ]);
  // A statement that fails leaves no gap.
  await expect(
    insertAuditEntries(db, [entry(0), { ...entry(1), actorId: '00000000-0000-0000-0000-000000000001' }]),
  ).rejects.toThrow();
  await write(db, 1);
  const rows = 4 + 4 * (2 + 3 + 1) + 300 + 1;
  expect(await verify(db)).toEqual({ rows, findings: [] });
  const [ids] = await db.orm.execute('select min(id), max(id) from audit_log');
  expect(ids).toEqual({ min: 1, max: rows });
});

test.each([
  [
    'a changed row',
    "update audit_log set details = '{}' where id = 5",
    [{ problem: 'changed', id: 5, lastId: 5 }],
  ],
  [
    'a row that was changed together with its hash',
    `update audit_log a set address = null;
     update audit_log a set hash = sha256((select b.hash from audit_log b where b.id = 4) || paydeck_audit_text(a))
     where id = 5`,
    expect.arrayContaining([{ problem: 'changed', id: 6, lastId: 6 }]),
  ],
  [
    'a row without a hash',
    'update audit_log set hash = null where id = 10',
    [{ problem: 'changed', id: 10, lastId: 10 }],
  ],
  [
    'removed rows',
    'delete from audit_log where id between 4 and 6',
    [{ problem: 'removed', id: 4, lastId: 6 }],
  ],
  [
    'removed rows at the start',
    'delete from audit_log where id < 3',
    [{ problem: 'removed', id: 1, lastId: 2 }],
  ],
  [
    'removed rows at the end',
    'delete from audit_log where id > 8',
    [{ problem: 'removed', id: 9, lastId: 10 }],
  ],
  ['an empty log', 'delete from audit_log', [{ problem: 'removed', id: 1, lastId: 10 }]],
  [
    'a row that was added at the end',
    `insert into audit_log (id, action, hash) overriding system value values (11, 'user.login', '\\x00');
     update audit_log a set hash = sha256((select b.hash from audit_log b where b.id = 10) || paydeck_audit_text(a))
     where id = 11`,
    [{ problem: 'inserted', id: 11, lastId: 11 }],
  ],
  [
    'a row that replaces another one',
    `delete from audit_log where id = 5;
     insert into audit_log (id, action, hash) overriding system value values (5, 'user.login', '\\x00')`,
    [
      { problem: 'changed', id: 5, lastId: 5 },
      { problem: 'changed', id: 6, lastId: 6 },
    ],
  ],
])('%s is found', async (_name, statements, findings) => {
  await using test = await createTestDatabase();
  await write(test.db, 10);
  expect(await verify(test.db)).toEqual({ rows: 10, findings: [] });
  await tamper(test.db, ...statements.split(';'));
  expect((await verify(test.db)).findings).toEqual(findings);
});

test('rows that were removed at the end are also found after more rows were written', async () => {
  await using test = await createTestDatabase();
  const { db } = test;
  await write(db, 10);
  await tamper(db, 'delete from audit_log where id > 8');
  await write(db, 2);
  expect((await verify(db)).findings).toEqual([{ problem: 'removed', id: 9, lastId: 10 }]);
});

test('the database refuses every change of written rows, and of the head', async () => {
  await using test = await createTestDatabase();
  const { db } = test;
  await write(db, 3);
  for (const statement of [
    "update audit_log set action = 'x'",
    'update audit_log set details = details where id = 1',
    'delete from audit_log where id = 3',
    'truncate audit_log',
    'update audit_head set id = 1',
    'delete from audit_head',
    "insert into audit_head (only_row, id, hash) values (true, 1, '\\x00')",
    'truncate audit_head',
  ]) {
    await expect(db.orm.execute(statement)).rejects.toMatchObject({
      cause: { message: expect.stringContaining('The audit log is append-only') },
    });
  }
  await expect(
    db.orm.execute("insert into audit_log (id, action) values (77, 'user.login')"),
  ).rejects.toThrow();
  expect(await verify(db)).toEqual({ rows: 3, findings: [] });
});

test('rows from before the chain are sealed by its first row', async () => {
  await using test = await createTestDatabase();
  const { db } = test;
  const undo = async () => {
    let undone: string | null;
    do undone = await rollbackMigration(db);
    while (undone !== null && !undone.startsWith('0010'));
  };
  await undo();
  await db.orm.execute(`
    insert into audit_log (action, details) select 'payment.update', jsonb_build_object('n', n)
    from generate_series(1, 45000) n where n % 7 > 0`);
  const earlier = Number((await db.orm.execute('select count(*)::int as n from audit_log'))[0]?.n);
  await migrateDatabase(db);
  await write(db, 5);
  expect(await verify(db)).toEqual({ rows: earlier + 1 + 5, findings: [] });

  const sealed = [{ problem: 'sealed_rows_changed', id: 1, lastId: earlier }];
  await tamper(db, "update audit_log set details = '{}' where id = 20001");
  expect((await verify(db)).findings).toEqual(sealed);
  await tamper(db, 'update audit_log set details = \'{"n": 23334}\' where id = 20001');
  const [original] = await db.orm.execute("select details->>'n' as n from audit_log where id = 20001");
  expect(original).toEqual({ n: '23334' });
  await tamper(db, 'delete from audit_log where id = 9999');
  expect((await verify(db)).findings).toEqual(sealed);
});

test('an entry about a user name has the id of that user, if there is one', async () => {
  await using test = await createTestDatabase();
  const { db } = test;
  const id = await addUser(db);
  const failed = { ...entry(1), ...noCaller, action: 'user.login_failed' };
  await insertAuditEntries(db, [
    { ...failed, subjectUsername: `USER-${id}` },
    { ...failed, subjectUsername: 'nobody' },
  ]);
  const rows = await db.orm.execute(
    "select subject_id from audit_log where action = 'user.login_failed' order by id",
  );
  expect(rows).toEqual([{ subject_id: id }, { subject_id: null }]);
});
