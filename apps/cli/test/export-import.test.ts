import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { lstat, readFile, symlink, writeFile } from 'node:fs/promises';
import { createServer, request } from 'node:http';
import { join } from 'node:path';
import type { PaydeckClient } from '@paydeck/client';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openServerAndShell } from './run-paydeck.ts';

type Env = Awaited<ReturnType<typeof openServerAndShell>>;

const texts = [
  'say "hi"',
  'one,\ntwo',
  '=1+1',
  "'plain",
  '-5 refund',
  '@SUM',
  '＝1+1',
  "'=quoted",
  "''＋quoted",
  'Acme;=1+1',
  '\'a; "+49",\'-5\t@x',
  '日本語 🦊',
  'שלום \u202Eevil',
  'ÄÖÜ',
  '0012',
];
const count = 1_500;

/** Records payments of every kind, with texts that are easy to get wrong in a file. */
async function fill(admin: PaydeckClient, currencies: readonly string[]): Promise<void> {
  const payments = Array.from({ length: count }, (_, n) => {
    const status = (['success', 'failed', 'pending'] as const)[n % 3] ?? 'pending';
    return {
      amountMinor: 1 + n * 7,
      currency: currencies[n % currencies.length] ?? 'USD',
      method: (['credit_card', 'bank_transfer', 'digital_wallet'] as const)[n % 2] ?? 'credit_card',
      status,
      receiver: `${texts[n % texts.length]} ..`,
      ...(n % 4 > 0 && { description: texts[(n * 3) % texts.length] }),
      ...(status === 'failed' && { failureCode: 'card_declined', failureMessage: texts[n % 7] }),
      createdAt: new Date(Date.UTC(2025, 0, 1) + n * 3_600_000).toISOString(),
    };
  });
  await admin.api.payments.createMany.mutate({ payments: payments.slice(0, 1000) });
  await admin.api.payments.createMany.mutate({ payments: payments.slice(1000) });
}

const statsOf = async ({ api: { stats } }: PaydeckClient, currency: string) => {
  const input = { currency, from: '2025-01-01', to: '2025-06-01', interval: 'month' as const };
  const { asOf: _a, ...revenue } = await stats.revenue.query(input);
  const { asOf: _b, ...failures } = await stats.failures.query(input);
  return { revenue, failures };
};

let source: Env;
let target: Env;
beforeAll(async () => {
  source = await openServerAndShell();
  target = await openServerAndShell();
  await fill(source.admin, ['USD', 'JPY', 'KWD']);
});
afterAll(async () => {
  await source[Symbol.asyncDispose]();
  await target[Symbol.asyncDispose]();
});

test('an export as JSON Lines is the same, byte for byte, after it was imported twice into another server', async () => {
  const exported = await source.run(['payments', 'export', '-o', 'all.jsonl', '--json']);
  const sumsMinor = { JPY: expect.any(Number), KWD: expect.any(Number), USD: expect.any(Number) };
  expect(exported).toMatchObject({ code: 0, stderr: '' });
  expect(JSON.parse(exported.stdout)).toMatchObject({ file: 'all.jsonl', rows: count, sumsMinor });
  const file = join(source.folder, 'all.jsonl');

  const done = (created: number, skipped: number) => ({
    rows: count,
    created,
    skipped,
    leftOut: 0,
    bad: 0,
    complete: true,
  });
  for (const expected of [done(count, 0), done(0, count)]) {
    const { code, stdout, stderr } = await target.run(['payments', 'import', file, '--json']);
    expect({ code, stderr, counts: JSON.parse(stdout) }).toEqual({ code: 0, stderr: '', counts: expected });
  }
  const { stdout: again } = await target.run(['payments', 'export', '--format', 'jsonl']);
  expect(again).toBe(await readFile(file, 'utf8'));
  for (const currency of ['USD', 'JPY', 'KWD'])
    expect(await statsOf(target.admin, currency)).toEqual(await statsOf(source.admin, currency));
  expect(await target.run(['verify'])).toMatchObject({
    code: 0,
    stdout: expect.stringContaining('1,500 payments'),
  });
});

test('CSV of one currency goes through a pipe, formulas included', async () => {
  await using elsewhere = await openServerAndShell();
  const { stdout: csv, stderr } = await source.run(['payments', 'export', '--currency', 'JPY']);
  expect(stderr).toBe('');
  const imported = await elsewhere.run(['payments', 'import', '-', '--format', 'csv'], { input: csv });
  expect(imported).toEqual({
    code: 0,
    stdout: '500 rows: 500 created, 0 skipped because they exist, 0 invalid.\n',
    stderr: '',
  });
  expect((await elsewhere.run(['payments', 'export'])).stdout).toBe(csv);
  expect((await statsOf(elsewhere.admin, 'JPY')).revenue).toEqual(
    (await statsOf(source.admin, 'JPY')).revenue,
  );
});

test('CSV of several currencies comes back with the same money and texts, whatever its separator', async () => {
  await using elsewhere = await openServerAndShell();
  const payment = { method: 'credit_card' as const, receiver: 'Forint Kft.' };
  const { payments } = await source.admin.api.payments.createMany.mutate({
    payments: [125_050, 1, 100_000_000].map((amountMinor) => ({ ...payment, amountMinor, currency: 'HUF' })),
  });
  const more = ['--columns', 'failureCode,failureMessage', '--bom'];
  const file = join(source.folder, 'all.csv');
  for (const [separator, created] of [
    ['semicolon', count + payments.length],
    ['tab', 0],
    ['comma', 0],
  ] as const) {
    const exported = await source.run(['payments', 'export', '-o', file, '--separator', separator, ...more]);
    expect(exported).toMatchObject({ code: 0, stderr: '' });
    const { code, stdout, stderr } = await elsewhere.run(['payments', 'import', file, '--json']);
    expect({ code, stderr, counts: JSON.parse(stdout) }).toMatchObject({
      code: 0,
      stderr: '',
      counts: { created, skipped: count + payments.length - created, bad: 0 },
    });
  }
  const everything = async ({ run }: Env) =>
    (await run(['payments', 'export', '--format', 'jsonl'])).stdout.replaceAll(/,"updatedAt":"[^"]+"/g, '');
  expect(await everything(elsewhere)).toBe(await everything(source));
});

test.each([
  ['HUF', ['1250.50', '0.01', '1000000.00']],
  ['RSD', ['1250.50', '99.00', '0.07']],
  ['IQD', ['1250.505', '0.001', '2500000.000']],
  ['JPY', ['125050', '1', '1000000']],
])('a file of %s comes back with the same amounts, by command and by REST', async (currency, amounts) => {
  await using env = await openServerAndShell();
  const lines = amounts.map((amount, n) => `Bank ${n},${amount},credit_card,2026-03-0${n + 1}`);
  const input = ['Receiver,Amount,Method,Created At', ...lines, ''].join('\n');
  const ofFile = ['-', '--format', 'csv', '--currency', currency];
  const imported = await env.run(['payments', 'import', ...ofFile], { input });
  expect(imported).toMatchObject({ code: 0, stdout: expect.stringContaining('3 created') });

  const exported = (await env.run(['payments', 'export', '--currency', currency])).stdout;
  const rows = exported.trimEnd().split('\r\n').slice(1);
  expect(rows.map((row) => row.split(',')[1])).toEqual(amounts);
  const headers = { authorization: `Bearer ${await env.admin.accessToken()}` };
  const byRest = await fetch(`${env.server.url}/api/payments/export?currency=${currency}&columns=currency`, {
    headers,
  });
  expect(await byRest.text()).toBe(exported);
  const again = await env.run(['payments', 'import', ...ofFile], { input: exported });
  expect(again).toMatchObject({
    code: 0,
    stdout: expect.stringContaining('0 created, 3 skipped'),
  });
});

test('a withdrawn currency is imported only in payments from when it was legal tender', async () => {
  await using env = await openServerAndShell();
  const input = [
    'Receiver,Amount,Currency,Method,Created At',
    'Ana,75.34,HRK,credit_card,2022-12-31',
    'Ana,75.34,HRK,credit_card,2023-01-15',
    'Ana,1.00,XAU,credit_card,2022-12-31',
    '',
  ].join('\n');
  const imported = await env.run(['payments', 'import', '-', '--format', 'csv'], { input });
  expect(imported).toMatchObject({ code: 1, stdout: expect.stringContaining('1 created') });
  expect(imported.stderr).toContain(
    'line 3: currency must be a current currency: HRK was legal tender until 2023-01-14',
  );
  expect(imported.stderr).toContain(
    'line 4: currency must be a currency: XAU stands for a fund, a metal or a unit of account',
  );
  const { items } = await env.admin.api.payments.list.query({ filter: { currency: 'HRK' } });
  expect(items).toMatchObject([{ amountMinor: 7534, currency: 'HRK' }]);
});

test('invalid lines are reported and skipped; a corrected file imports them without duplicating the others', async () => {
  await using env = await openServerAndShell();
  const rows = [
    'Receiver,Amount,Currency,Method,Created At',
    'Ada,12.34,USD,credit_card,2025-01-01',
    'Ada,12.34,USD,credit_card,2025-01-01',
    'Bob,12.345,USD,credit_card,2025-01-01',
    '"Two\nlines",1.00,USD,credit_card,2025-01-01',
    'C,1.00,USD,credit_card,2025-01-01',
    'Dora,1.00,USD,cash,2025-01-01',
    'Eve,1.00,USD',
    'Fay,2000000,USD,credit_card,2025-01-01',
    'Gil,1.00,XXQ,credit_card,2999-01-01',
    'Hal,500,JPY,credit_card,',
    'Ida,1.00,USD,credit_card,2999-01-01',
  ];
  const file = join(env.folder, 'rows.csv');
  await writeFile(file, rows.join('\r\n'));
  const run = () => env.run(['payments', 'import', 'rows.csv', '--report', 'bad.jsonl', '--json']);
  const { code, stdout, stderr } = await run();
  expect({ code, counts: JSON.parse(stdout) }).toEqual({
    code: 1,
    counts: { rows: 11, created: 4, skipped: 0, leftOut: 0, bad: 7, complete: true },
  });
  const bad = (await readFile(join(env.folder, 'bad.jsonl'), 'utf8')).trimEnd().split('\n');
  const reported = bad.map((line) => JSON.parse(line)).sort((a, b) => a.line - b.line);
  expect(reported).toEqual([
    { line: 4, problem: 'amount must be an amount of USD, not 12.345: USD has 2 decimals', text: rows[3] },
    { line: 7, problem: 'receiver must have at least 2 characters', text: rows[5] },
    {
      line: 8,
      problem: 'method must be credit_card, bank_transfer, or digital_wallet, not cash',
      text: rows[6],
    },
    { line: 9, problem: 'must have 5 cells, as the header has, not 3', text: rows[7] },
    { line: 10, problem: 'amount must not exceed 1,000,000 USD', text: rows[8] },
    { line: 11, problem: 'currency must be an ISO 4217 currency code, such as USD', text: rows[9] },
    { line: 13, problem: 'createdAt must not be in the future', text: rows[11] },
  ]);
  for (const { line, problem } of reported) expect(stderr).toContain(`line ${line}: ${problem}`);

  const corrected = [...rows, 'Ivy,3.00,USD,credit_card,2025-01-01'].map((row) =>
    row.replace('12.345', '12.35'),
  );
  await writeFile(file, corrected.join('\n'));
  expect(JSON.parse((await run()).stdout)).toMatchObject({ created: 2, skipped: 4, bad: 6 });
  expect((await env.admin.api.payments.list.query()).total).toBe(6);
});

test('a file without payments, or that does not exist', async () => {
  const importOf = async (name: string, text: string) => {
    await writeFile(join(target.folder, name), text);
    return target.run(['payments', 'import', name]);
  };
  expect(await importOf('a.csv', 'Name,Amount\nAda,1\n')).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('The column “Name” is not a field of a payment.'),
  });
  expect(
    await importOf('a.jsonl', '{"amount":1,"recever":"Ada"}\n[1]\nno\n\n{"amount":1,"amountMinor":1}\n'),
  ).toEqual({
    code: 1,
    stdout: '4 rows: 0 created, 0 skipped because they exist, 4 invalid.\n',
    stderr:
      'line 1: recever is not a field of a payment\nline 2: must be a JSON object\nline 3: must be a JSON object\n' +
      'line 5: amount must be given once, as amount or as amountMinor\nAmounts without a currency were imported as USD.\n',
  });
  expect(await importOf('a.csv', 'Amount,Method,Receiver\n1,credit_card,"Ada\n')).toMatchObject({ code: 1 });
  expect(await importOf('a.csv', '')).toMatchObject({ code: 0 });
  expect(await importOf('a.txt', '')).toMatchObject({ code: 2, stderr: expect.stringContaining('--format') });
  expect(await target.run(['payments', 'import', 'nowhere.csv'])).toMatchObject({ code: 2 });
});

test('an export that is cut has exit code 1 and leaves only a partial file', async () => {
  const { hostname, port } = new URL(source.server.url);
  await using proxy = createServer((incoming, reply) => {
    const { method, url: path, headers } = incoming;
    const forwarded = request({ hostname, port, method, path, headers }, (answer) => {
      reply.writeHead(answer.statusCode ?? 0, answer.headers);
      if (path?.startsWith('/api/') === true)
        answer.once('data', (chunk) => reply.write(chunk, () => reply.destroy()));
      else answer.pipe(reply);
    });
    incoming.pipe(forwarded);
  });
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  const address = proxy.address();
  const url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
  const failure = {
    code: 1,
    stderr: expect.stringContaining('The export is incomplete: the connection was lost.'),
  };
  const cut = await source.run(['payments', 'export', '-o', 'cut.csv', '--url', url]);
  expect(cut).toMatchObject(failure);
  expect(cut.stderr).toContain('The part that arrived is in cut.csv.partial.');
  expect(existsSync(join(source.folder, 'cut.csv'))).toBe(false);
  expect(existsSync(join(source.folder, 'cut.csv.partial'))).toBe(true);
  expect(await source.run(['payments', 'export', '--url', url])).toMatchObject(failure);
});

test('an export into a pipe or through a symbolic link does not replace it with a file', async () => {
  const at = (name: string) => join(source.folder, name);
  execFileSync('mkfifo', [at('pipe')]);
  const [whole, read, intoPipe] = await Promise.all([
    source.run(['payments', 'export']),
    readFile(at('pipe'), 'utf8'),
    source.run(['payments', 'export', '-o', 'pipe']),
  ]);
  expect(intoPipe).toMatchObject({ code: 0, stderr: '' });
  expect(read).toBe(whole.stdout);
  expect((await lstat(at('pipe'))).isFIFO()).toBe(true);

  await writeFile(at('kept.csv'), 'old');
  await symlink('kept.csv', at('link.csv'));
  expect(await source.run(['payments', 'export', '-o', 'link.csv'])).toMatchObject({ code: 0, stderr: '' });
  expect((await lstat(at('link.csv'))).isSymbolicLink()).toBe(true);
  expect(await readFile(at('kept.csv'), 'utf8')).toBe(whole.stdout);
});

test('an export into a folder that does not exist', async () => {
  expect(await source.run(['payments', 'export', '-o', 'nowhere/a.csv'])).toMatchObject({
    code: 1,
    stderr: expect.stringContaining("can't be written"),
  });
});
