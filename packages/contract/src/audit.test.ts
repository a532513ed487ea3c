import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { auditActions, auditCsvHeader, auditCsvLine } from './audit.ts';

const entry = {
  id: 7,
  at: new Date('2026-03-01T14:00:00.250Z'),
  action: 'user.login_failed',
  actor: null,
  apiKey: null,
  subject: { id: '018d0d6a-3f40-7c3b-8a52-1f0a6b1f6c2f', name: null },
  details: { username: '=HYPERLINK("http://evil")' },
  address: '203.0.113.7',
  userAgent: '=cmd|calc,"x"',
  hash: 'ab',
};

test('an entry is one line of CSV without formulas', () => {
  expect(auditCsvLine(entry)).toBe(
    '7,2026-03-01T14:00:00.250Z,user.login_failed,,,018d0d6a-3f40-7c3b-8a52-1f0a6b1f6c2f,' +
      '"{""username"":""=HYPERLINK(\\""http://evil\\"")""}",203.0.113.7,"\'=cmd|calc,""x""",ab',
  );
  expect(auditCsvHeader.split(',')).toHaveLength(10);
  const named = {
    ...entry,
    actor: { id: 'x', username: 'jane' },
    apiKey: { id: 'y', name: "'+1" },
    hash: null,
  };
  expect(auditCsvLine(named)).toContain(",jane,''+1,");
  expect(auditCsvLine(named)).toMatch(/,$/);
});

test('docs/audit.md explains every action, and no other', () => {
  const docs = readFileSync(new URL('../../../docs/audit.md', import.meta.url), 'utf8');
  const rows = [...docs.matchAll(/^\| (`.*?) +\|/gm)].map(([, cell = '']) => cell);
  const documented = rows.flatMap((cell) => [...cell.matchAll(/`([a-z_.]+)`/g)].map(([, action]) => action));
  expect(documented.sort()).toEqual(Object.values(auditActions).flat().sort());
});
