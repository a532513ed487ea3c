import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { endChildWithThisProcess } from '@paydeck/db/testing/end-with-this-process';
import { ended, isAlive } from '@paydeck/server/testing/temporary-data';
import { expect, test, vi } from 'vitest';
import { z } from 'zod';

const program = fileURLToPath(new URL('./leave-running.ts', import.meta.url));
const leftShape = z.object({ server: z.number(), postgres: z.number(), folder: z.string() });

test('when tests are killed with SIGKILL, their servers, databases and folders end, too, even a stopped one', async () => {
  const tests = spawn(process.execPath, [program], { stdio: ['ignore', 'pipe', 'inherit'] });
  endChildWithThisProcess(tests);
  const [line] = await once(createInterface(tests.stdout), 'line');
  const left = leftShape.parse(JSON.parse(String(line)));
  expect([left.server, left.postgres].map(isAlive)).toEqual([true, true]);

  process.kill(left.server, 'SIGSTOP');
  tests.kill('SIGKILL');
  await ended(left.server);
  await ended(left.postgres);
  await vi.waitFor(() => expect(existsSync(left.folder)).toBe(false), { timeout: 60_000 });
});
