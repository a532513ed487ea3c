import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { goals } from './goals.ts';
import type { RowFigure } from './row.ts';

test('every row can be measured, and has its goals', { timeout: 600_000 }, async ({ signal }) => {
  const folder = await mkdtemp(join(tmpdir(), 'paydeck-bench-test-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const out = join(folder, 'figures.json');
  const { run } = goals.prepare(
    [
      ['--full', '--markdown', '--out', out, '--peer', 'if-installed', '--rounds', '1'],
      ['--seconds', '0.2', '--warmup', '0.1', '--sizes', '300,300,600', '--sockets', '20'],
    ].flat(),
  );
  const { text } = await run({ signal, progress: () => {} });

  const kept: { figures: RowFigure[] } = JSON.parse(await readFile(out, 'utf8'));
  expect(kept.figures.filter(({ failure }) => failure !== undefined)).toEqual([]);
  expect(kept.figures.map(({ row }) => row)).toEqual(Object.keys(expectedGoals));
  const counts = kept.figures.map(({ row, goals: measured }) => [row, measured.length]);
  expect(Object.fromEntries(counts)).toEqual(expectedGoals);
  for (const { row } of kept.figures) expect(text).toContain(`${row}: `);
});

/** How many goals each row has. */
const expectedGoals: Readonly<Record<string, number>> = {
  list: 4,
  create: 2,
  'create-in-process': 3,
  'create-key': 1,
  settle: 1,
  'settle-waiting': 1,
  'create-many': 1,
  dashboard: 1,
  'dashboard-changed': 1,
  'dashboard-large': 1,
  'stats-feed': 1,
  export: 2,
  'list-flat': 3,
  filters: 2,
  searchers: 4,
  hostile: 3,
  start: 2,
};
