import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openServerAndShell } from './run-paydeck.ts';

const money = [
  { amountMinor: 119_310, currency: 'USD' },
  { amountMinor: 5, currency: 'USD' },
  { amountMinor: 1_250, currency: 'JPY' },
  { amountMinor: 1_500, currency: 'KWD' },
  { amountMinor: 1_234_567, currency: 'KWD' },
];

test.each(['semicolon', 'tab'])(
  'an export with decimal commas and the separator %s comes back with the same money',
  async (separator) => {
    await using source = await openServerAndShell();
    await using target = await openServerAndShell();
    const payments = money.map((one, n) => ({
      ...one,
      method: 'credit_card' as const,
      receiver: `Müller, ${n}`,
      createdAt: new Date(Date.UTC(2026, 0, 1 + n)).toISOString(),
    }));
    await source.admin.api.payments.createMany.mutate({ payments });
    const file = join(source.folder, 'german.csv');
    const written = ['-o', file, '--separator', separator, '--decimal', 'comma', '--bom', '--json'];
    const exported = await source.run(['payments', 'export', ...written]);
    expect(exported).toMatchObject({ code: 0, stderr: '' });
    expect(JSON.parse(exported.stdout).sumsMinor).toEqual({ USD: 119_315, JPY: 1_250, KWD: 1_236_067 });
    const between = separator === 'tab' ? '\t' : ';';
    const rows = (await readFile(file, 'utf8')).trimEnd().split('\r\n').slice(1);
    const amounts = ['1193,10', '0,05', '1250', '1,500', '1234,567'];
    expect(rows.map((row) => row.split(between)[1])).toEqual(amounts);

    const importFile = (...more: string[]) => target.run(['payments', 'import', file, ...more]);
    const unnamed = await importFile('--dry-run');
    expect(unnamed.code).toBe(1);
    expect(unnamed.stderr).toContain(
      'line 2: amount must have a point before its decimals, not “1193,10”; if its comma is the decimal mark, name it',
    );
    expect(unnamed.stderr).toContain('If these amounts have a decimal comma, add --decimal comma.');

    expect(await importFile('--decimal', 'comma')).toMatchObject({
      code: 0,
      stdout: '5 rows: 5 created, 0 skipped because they exist, 0 invalid.\n',
      stderr: '',
    });
    const all = async ({ run }: typeof source) =>
      (await run(['payments', 'export', '--format', 'jsonl'])).stdout.replaceAll(/,"updatedAt":"[^"]+"/g, '');
    expect(await all(target)).toBe(await all(source));

    // Without a name for the mark, only the amounts without one are read: all others are refused.
    await using other = await openServerAndShell();
    const guessed = await other.run(['payments', 'import', file]);
    expect(guessed).toMatchObject({ code: 1, stdout: expect.stringContaining('1 created') });
    expect(guessed.stderr).toContain('add --decimal comma.');
    const { items } = await other.admin.api.payments.list.query();
    expect(items).toMatchObject([{ amountMinor: 1_250, currency: 'JPY' }]);
  },
);

test('decimal commas between commas are refused before anything is written', async () => {
  await using env = await openServerAndShell();
  for (const more of [[], ['--separator', 'comma']])
    expect(await env.run(['payments', 'export', '--decimal', 'comma', ...more])).toMatchObject({
      code: 2,
      stdout: '',
      stderr: expect.stringContaining('Add --separator semicolon or --separator tab.'),
    });
});
