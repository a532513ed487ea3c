import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { endChildWithThisProcess } from '@paydeck/db/testing/end-with-this-process';
import { ended } from '@paydeck/server/testing/temporary-data';
import { expect, test, vi } from 'vitest';

const script = fileURLToPath(new URL('../../.ci/run', import.meta.url));

/** A checkout whose `pnpm test` leaves this report, and runs a process for some seconds. `run` starts its `.ci/run`. */
async function fakeCheckout({ failures, seconds }: { failures: readonly string[]; seconds: number }) {
  const folder = await mkdtemp(join(tmpdir(), 'paydeck-ci-run-'));
  const bin = join(folder, 'bin');
  await mkdir(join(folder, '.ci'));
  await mkdir(bin);
  await copyFile(script, join(folder, '.ci', 'run'));
  const assertionResults = [
    { status: 'passed', failureMessages: [] },
    ...failures.map((message) => ({ status: 'failed', failureMessages: [message] })),
  ];
  const status = failures.length > 0 ? 'failed' : 'passed';
  await writeFile(
    join(folder, 'report.json'),
    JSON.stringify({ testResults: [{ status, assertionResults }] }),
  );
  const pids = join(folder, 'pids');
  const npx = `#!/bin/bash
for arg in "$@"; do case $arg in --outputFile.json=*) cp ${folder}/report.json "\${arg#*=}" ;; esac; done
sleep ${seconds} &
echo $! >${pids}.tmp && mv ${pids}.tmp ${pids}
wait
exit ${failures.length > 0 ? 1 : 0}
`;
  await writeFile(join(bin, 'npx'), npx);
  await writeFile(join(bin, 'chromium'), '#!/bin/sh\n');
  for (const name of ['npx', 'chromium']) await chmod(join(bin, name), 0o755);
  return {
    run: (): ChildProcess => {
      const environment = { ...process.env, PATH: [bin, process.env.PATH].join(delimiter) };
      const child = spawn(join(folder, '.ci', 'run'), {
        env: environment,
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      endChildWithThisProcess(child);
      return child;
    },
    /** Waits until the tests run. Resolves to the id of their process. */
    pidOfTests: () => vi.waitFor(async () => Number(await readFile(pids, 'utf8')), { timeout: 60_000 }),
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  };
}

test('.ci/run says how many tests ran out of time, and how busy the machine was', async () => {
  const failures = ['Error: Test timed out in 300000ms.', 'AssertionError: expected 1 to be 2'];
  await using checkout = await fakeCheckout({ failures, seconds: 0 });
  const child = checkout.run();
  const [output] = await Promise.all([child.stdout === null ? '' : text(child.stdout), once(child, 'exit')]);
  expect(child.exitCode).toBe(1);
  expect(output.trim().split('\n').slice(-2)).toEqual([
    expect.stringMatching(/^1 ran out of time at load \d+ on \d+ cores\./),
    '1 passed, 2 failed',
  ]);
});

test.each(['SIGTERM', 'SIGKILL'] as const)('when .ci/run gets %s, the tests end, too', async (signal) => {
  await using checkout = await fakeCheckout({ failures: [], seconds: 600 });
  const child = checkout.run();
  const pid = await checkout.pidOfTests();
  child.kill(signal);
  await ended(pid);
});
