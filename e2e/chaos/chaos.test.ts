import { expect, test } from 'vitest';
import { faults } from './faults/index.ts';
import { describeReport } from './report.ts';
import { runChaos } from './run-chaos.ts';

const minutes = 2;
/** The same faults in the same order each time. `pnpm chaos` chooses others. */
const seed = 11;

test('under two minutes of faults, no acknowledged write is lost or doubled, and every follower sees the whole log', async () => {
  const progress = (line: string) => void process.stdout.write(`chaos: ${line}\n`);
  progress(`seed ${seed} (npx -y pnpm@12 chaos --seed ${seed})`);
  const usable = faults.filter(({ name, unavailable }) => {
    const reason = unavailable?.() ?? null;
    if (reason !== null) progress(`without ${name}: ${reason}`);
    return reason === null;
  });
  const report = await runChaos({ seed, minutes, faults: usable, progress });
  progress(describeReport(report));
  expect(report.violations).toEqual([]);
  expect(report.acknowledgedWrites).toBeGreaterThan(100);
  // Two minutes, and every recovery may wait for a busy machine.
}, 1_800_000);
