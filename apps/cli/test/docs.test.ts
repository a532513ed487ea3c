import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { columnTitles } from '@paydeck/payment-files/import-row';
import { expect, test } from 'vitest';
import { exitCodes } from '../src/errors/exit-codes.ts';
import { openServerAndShell, openShell } from './run-paydeck.ts';

const docs = readFileSync(new URL('../../../docs/scripts.md', import.meta.url), 'utf8');

test('the table of exit codes is complete', () => {
  const documented = [...docs.matchAll(/^\| (\d+) +\|/gm)].map(([, code]) => Number(code));
  expect(documented).toEqual(Object.values(exitCodes));
});

test('the columns that a CSV file may have in addition to those of an export are documented', () => {
  const exported = ['ID', 'Amount', 'Method', 'Status', 'Receiver', 'Description', 'Created At'];
  const additional = columnTitles.filter((title) => !exported.includes(title));
  const [, documented = ''] = /A CSV file may have more columns, in any order:\s+([^.]+)\./.exec(docs) ?? [];
  expect(documented.split(/,\s+/).map((span) => span.replaceAll('`', '').replace(/\s+/, ' '))).toEqual(
    additional,
  );
});

test('every command is documented and has examples', async () => {
  await using shell = await openShell();
  const commandsOf = async (...path: string[]): Promise<string[][]> => {
    const { code, stdout } = await shell.run([...path, '--help']);
    expect(code).toBe(0);
    // The help of an unknown command is that of `paydeck` itself.
    expect(stdout).toContain(['Usage: paydeck', ...path, '['].join(' '));
    const list = /\nCommands:\n(.*?)(?:\n\n|$)/s.exec(stdout)?.[1];
    if (list === undefined) {
      expect(stdout, path.join(' ')).toContain('Examples:\n  $ ');
      return [path];
    }
    const names = [...list.matchAll(/^ {2}([\w-]+)/gm)].map(([, name = '']) => name);
    const found = await Promise.all(
      names.filter((name) => name !== 'help').map((name) => commandsOf(...path, name)),
    );
    return found.flat();
  };
  const commands = await commandsOf();
  expect(commands.length).toBeGreaterThan(20);
  const spans = [...docs.matchAll(/`([^`]+)`/g)].map(([, span]) => span);
  for (const path of commands) {
    const last = path.at(-1) ?? '';
    const isNamed = spans.some((span) => span?.split(' ').includes(last));
    expect(isNamed, path.join(' ')).toBe(true);
  }
});

test.each(['list', 'export', 'tail'])(
  'the help of payments %s says in which zone dates are',
  async (name) => {
    await using shell = await openShell();
    const { stdout } = await shell.run(['payments', name, '--help']);
    expect(stdout).toContain('The dates of --from and --to are days in UTC.');
  },
);

test('the example of a file of a bank can be pasted into a shell', async () => {
  await using env = await openServerAndShell();
  const bank = 'Betrag;Name;Datum\n1.234,50;Jürgen Groß;31.01.2026\n';
  await writeFile(join(env.folder, 'bank.csv'), Buffer.from(bank, 'latin1'));
  const [, command] = /\n( {4}paydeck payments import bank\.csv .*?)\n\n/s.exec(docs) ?? [];
  const main = fileURLToPath(new URL('../src/main.ts', import.meta.url));
  const script = `paydeck() { "${process.execPath}" "${main}" "$@"; }\n${command}`;
  await promisify(execFile)('sh', ['-c', script], {
    cwd: env.folder,
    env: { PATH: process.env.PATH, PAYDECK_URL: env.server.url, PAYDECK_API_KEY: env.key },
  });
  const { items } = await env.admin.api.payments.list.query();
  expect(items).toMatchObject([
    {
      amountMinor: 123_450,
      currency: 'EUR',
      receiver: 'Jürgen Groß',
      createdAt: new Date('2026-01-31T00:00+01:00'),
    },
  ]);
});

test('the example script of the docs runs with an API key', async () => {
  await using env = await openServerAndShell('viewer');
  const payment = { amountMinor: 125_000, method: 'credit_card', receiver: 'Jane Smith' } as const;
  await env.admin.api.payments.create.mutate({ ...payment, status: 'success' });
  const { id } = await env.admin.api.payments.create.mutate(payment);
  const example = fileURLToPath(new URL('../../../examples/report.ts', import.meta.url));
  const { stdout } = await promisify(execFile)(process.execPath, [example], {
    env: { PATH: process.env.PATH, PAYDECK_URL: env.server.url, PAYDECK_API_KEY: env.key },
  });
  expect(stdout).toContain('30 days: 1250.00 USD, 100 % succeed\nPending payments: 1. The newest:\n');
  expect(stdout).toContain(`${id} Jane Smith`);
  const [, shown = ''] = /```ts\n(.*?)```/s.exec(docs) ?? [];
  const source = readFileSync(example, 'utf8');
  expect(source).toContain(shown.trim());
});
