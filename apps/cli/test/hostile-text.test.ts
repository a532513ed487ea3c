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

test('a stray quote makes only its own row invalid', async () => {
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
  const stray = 'must have quotes only around a whole cell, and doubled inside it';
  const { stdout, bad } = await importOf('quotes.csv', `\ufeff${rows.join('\r\n')}`);
  expect(JSON.parse(stdout)).toMatchObject({ rows: 5, created: 2, bad: 3 });
  expect(bad).toEqual([
    { line: 3, problem: stray, text: rows[2] },
    { line: 5, problem: stray, text: rows[4] },
    { line: 9, problem: 'amount must be an amount of USD, not -1: it must not be negative', text: rows[7] },
  ]);
});

test('the rest of the file after an unclosed quote is not read', async () => {
  const after = '1,credit_card,Swallowed\n'.repeat(100_000);
  const { code, stdout, bad } = await importOf(
    'open.csv',
    `${header}\n1,credit_card,Read\n1,credit_card,"${after}`,
  );
  expect(code).toBe(1);
  expect(JSON.parse(stdout)).toMatchObject({ rows: 2, created: 1, bad: 1 });
  expect(bad).toEqual([{ line: 3, problem: expect.stringContaining('must close its quote'), text: '' }]);
});

test('a column that the header has twice', async () => {
  expect(await importOf('twice.csv', `${header},amount\n1,credit_card,Bob,2\n`)).toMatchObject({
    code: 1,
    stderr: 'paydeck: The header must have the column “amount” only once. Remove one of them.\n',
  });
});

test('texts from files and from the server cannot control the terminal', async () => {
  const controls = /[\p{Cc}--[\n]]|\u202e/v;
  const csv = await importOf('controls.csv', `${header}\n\u001b[2J1,credit_card,Bob\n1,\u009b31m,Bob\n`);
  expect(csv.stderr).toContain('line 2: amount must be an amount of USD, not  [2J1');
  expect(csv.stderr).not.toMatch(controls);
  expect((await importOf('controls.csv', `Amo\u001b[31munt\n`)).stderr).not.toMatch(controls);

  const receiver = 'evil \u202egnp \u009b31m';
  await env.admin.api.payments.create.mutate({ amountMinor: 1, method: 'credit_card', receiver });
  const search = ['payments', 'list', '--search', 'evil'];
  expect((await env.run(search)).stdout).not.toMatch(controls);
  const { stdout } = await env.run([...search, '--json']);
  expect(stdout).not.toMatch(controls);
  expect(jsonLines(stdout)).toMatchObject([{ receiver }]);
});

test('wrong files and a malformed API key are refused before anything is sent', async () => {
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
  expect(refused).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('must not contain spaces or special characters'),
  });
  expect(refused.stderr).not.toContain('secret');
});
