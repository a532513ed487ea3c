import { writeFile } from 'node:fs/promises';
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
    expect(JSON.parse(dry.stdout)).toMatchObject({ good: file.good, sumsMinor: file.sumsMinor });
    const first = await env.run(args);
    expect(JSON.parse(first.stdout)).toEqual({ ...counts, created: file.good, skipped: 0 });
    expect(await sums()).toEqual(file.sumsMinor);
    const again = await env.run(args);
    expect(JSON.parse(again.stdout)).toEqual({ ...counts, created: 0, skipped: file.good });
    expect(await sums()).toEqual(file.sumsMinor);
  },
);
