import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { providerFiles } from '@paydeck/payment-files/testing';
import { expect, test } from 'vitest';
import { openServerAndShell } from './run-paydeck.ts';

test.for(providerFiles)(
  '$preset: the file of a provider is recorded to the cent, and only once',
  async (file) => {
    await using env = await openServerAndShell();
    await writeFile(join(env.folder, 'file.csv'), file.text);
    const command = ['payments', 'import', 'file.csv', '--json'];
    const args = file.dateFormat === undefined ? command : [...command, '--date-format', file.dateFormat];
    const sums = async () => {
      const { stdout } = await env.run(['payments', 'export', '-o', 'all.jsonl', '--json']);
      return JSON.parse(stdout).sumsMinor;
    };
    const counts = { rows: file.good + file.leftOut, leftOut: file.leftOut, bad: 0, complete: true };

    const dry = await env.run([...args, '--dry-run']);
    expect(JSON.parse(dry.stdout)).toMatchObject({
      good: file.good,
      refunded: file.refunded,
      sumsMinor: file.sumsMinor,
    });
    const first = await env.run(args);
    expect(JSON.parse(first.stdout)).toEqual({ ...counts, created: file.good, skipped: 0 });
    expect(await sums()).toEqual(file.sumsMinor);
    const again = await env.run(args);
    expect(JSON.parse(again.stdout)).toEqual({ ...counts, created: 0, skipped: file.good });
    expect(await sums()).toEqual(file.sumsMinor);
  },
);

test('a dry run says which currency it reads for rows that name none, and how to name another', async () => {
  await using env = await openServerAndShell();
  const rows = ['1.50,EUR,credit_card,Ada', '2.50,,credit_card,Bob', '3.50,,credit_card,Cyd'];
  await writeFile(join(env.folder, 'some.csv'), ['Amount,Currency,Method,Receiver', ...rows].join('\n'));
  const run = (...more: string[]) => env.run(['payments', 'import', 'some.csv', '--dry-run', ...more]);
  const plain = await run();
  expect(plain.stdout).toContain(
    'Rows that name no currency: 2. Their amounts are read as USD, the default currency of the server. ' +
      'If they are in another one, name it: --currency EUR.\n',
  );
  const chosen = await run('--currency', 'eur');
  expect(chosen.stdout).toContain(
    'Rows that name no currency: 2. Their amounts are read as EUR, as --currency says.\nSums: 7.50 EUR.\n',
  );
  await writeFile(join(env.folder, 'some.csv'), `Amount,Currency,Method,Receiver\n${rows[0]}\n`);
  expect((await run()).stdout).not.toContain('no currency');
});

test('a dry run says how many invalid lines it does not print', async () => {
  await using env = await openServerAndShell();
  const rows = Array.from({ length: 23 }, (_, n) => `${n + 1},cash,Ada`);
  await writeFile(join(env.folder, 'cash.csv'), ['Amount,Method,Receiver', ...rows].join('\n'));
  const { code, stderr } = await env.run(['payments', 'import', 'cash.csv', '--dry-run']);
  const problem = 'method must be credit_card, bank_transfer, or digital_wallet, not cash';
  const printed = Array.from({ length: 20 }, (_, n) => `line ${n + 2}: ${problem}`);
  expect({ code, stderr: stderr.split('\n') }).toEqual({
    code: 1,
    stderr: [...printed, 'and 3 more invalid lines', ''],
  });
});

test('a report as CSV is corrected and imported as it is', async () => {
  await using env = await openServerAndShell();
  const bank = 'Betrag;Name;Art\n1,50;Ada;Karte\n2.50;Bob;Karte\n';
  await writeFile(join(env.folder, 'bank.csv'), bank);
  const columns = ['--map', 'amount=Betrag', '--map', 'receiver=Name', '--set', 'method=credit_card'];
  const run = (file: string, ...more: string[]) =>
    env.run(['payments', 'import', file, ...columns, '--decimal', 'comma', ...more]);
  expect(await run('bank.csv', '--report', 'bad.csv')).toMatchObject({ code: 1 });
  const report = join(env.folder, 'bad.csv');
  const text = await readFile(report, 'utf8');
  expect(text.split('\r\n')).toEqual([
    '\uFEFFBetrag;Name;Art;Line;Problem',
    '2.50;Bob;Karte;3;amount must be a number with a decimal comma, not 2.50',
    '',
  ]);
  await writeFile(report, text.replace('2.50', '2,50'));
  expect(await run('bad.csv', '--report', 'still-bad.csv')).toMatchObject({
    code: 0,
    stdout: expect.stringContaining('1 created'),
  });
  expect(existsSync(join(env.folder, 'still-bad.csv'))).toBe(false);
  const { items } = await env.admin.api.payments.list.query();
  expect(items.map(({ amountMinor }) => amountMinor)).toEqual([250, 150]);
});
