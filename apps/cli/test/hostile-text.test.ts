import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { jsonLines, openServerAndShell } from './run-paydeck.ts';

let env: Awaited<ReturnType<typeof openServerAndShell>>;
beforeAll(async () => {
  env = await openServerAndShell();
});
afterAll(() => env[Symbol.asyncDispose]());

const header = 'Amount,Method,Receiver';

async function importOf(name: string, text: string) {
  await writeFile(join(env.folder, name), text);
  const ended = await env.run(['payments', 'import', name, '--report', 'bad.jsonl', '--json']);
  return { ...ended, bad: jsonLines(await readFile(join(env.folder, 'bad.jsonl'), 'utf8')) };
}

test('a stray quote spoils its own row, which is named by its line', async () => {
  const rows = [
    header,
    '',
    '1,credit_card,"Bob"by',
    '1,credit_card,Good One',
    '1,credit_card,5" pipe',
    '',
    '1,credit_card,"Two\nlines, ""quoted"""',
    '-1,credit_card,Bad',
  ];
  const stray = 'has a quote that is not round a whole cell, or not doubled within one';
  const { stdout, bad } = await importOf('quotes.csv', `\ufeff${rows.join('\r\n')}`);
  expect(JSON.parse(stdout)).toMatchObject({ rows: 5, created: 2, bad: 3 });
  expect(bad).toEqual([
    { line: 3, problem: stray, text: rows[2] },
    { line: 5, problem: stray, text: rows[4] },
    { line: 9, problem: 'amount: -1 is no amount of USD', text: rows[7] },
  ]);
});

test('a quote that is not closed ends the reading, however much comes after it', async () => {
  const after = '1,credit_card,Swallowed\n'.repeat(100_000);
  const { code, stdout, bad } = await importOf(
    'open.csv',
    `${header}\n1,credit_card,Read\n1,credit_card,"${after}`,
  );
  expect(code).toBe(1);
  expect(JSON.parse(stdout)).toMatchObject({ rows: 2, created: 1, bad: 1 });
  expect(bad).toEqual([{ line: 3, problem: expect.stringContaining('not closed'), text: '' }]);
});

test('a column that is there twice', async () => {
  expect(await importOf('twice.csv', `${header},amount\n1,credit_card,Bob,2\n`)).toMatchObject({
    code: 1,
    stderr: 'paydeck: The column “amount” is there twice. Leave one of them out.\n',
  });
});

test('what comes of files and of the server does not act on the terminal', async () => {
  const acts = /[\p{Cc}--[\n]]|\u202e/v;
  const csv = await importOf('acts.csv', `${header}\n\u001b[2J1,credit_card,Bob\n1,\u009b31m,Bob\n`);
  expect(csv.stderr).toContain('line 2: amount:  [2J1 is no amount');
  expect(csv.stderr).not.toMatch(acts);
  expect((await importOf('acts.csv', `Amo\u001b[31munt\n`)).stderr).not.toMatch(acts);

  const receiver = 'evil \u202egnp \u009b31m';
  await env.admin.api.payments.create.mutate({ amountMinor: 1, method: 'credit_card', receiver });
  const search = ['payments', 'list', '--search', 'evil'];
  expect((await env.run(search)).stdout).not.toMatch(acts);
  const { stdout } = await env.run([...search, '--json']);
  expect(stdout).not.toMatch(acts);
  expect(jsonLines(stdout)).toMatchObject([{ receiver }]);
});

test('what can be known to be in vain is said before anything is sent', async () => {
  await writeFile(join(env.folder, 'own.csv'), header);
  for (const args of [
    ['payments', 'import', '.', '--format', 'csv'],
    ['payments', 'import', 'own.csv', '--report', './own.csv'],
    ['payments', 'export', '-o', '.'],
    ['payments', 'export', '-o', ''],
  ])
    expect(await env.run(args), args.join(' ')).toMatchObject({ code: 2, stdout: '' });
  expect(await readFile(join(env.folder, 'own.csv'), 'utf8')).toBe(header);

  const PAYDECK_API_KEY = 'pdk_secret…';
  const refused = await env.run(['whoami'], { environment: { PAYDECK_API_KEY } });
  expect(refused).toMatchObject({ code: 2, stderr: expect.stringContaining('characters that no key has') });
  expect(refused.stderr).not.toContain('secret');
});
