import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { endChildWithThisProcess } from '@paydeck/db/testing/end-with-this-process';

/** Processes that use all of the CPU that they get. They end at disposal. */
export function startBusyLoops(count: number): AsyncDisposable {
  const loops = Array.from({ length: count }, () => {
    const loop = spawn(process.execPath, ['-e', 'for (;;);'], { stdio: 'ignore' });
    endChildWithThisProcess(loop);
    return loop;
  });
  return {
    [Symbol.asyncDispose]: async () => {
      await Promise.all(
        loops.map(async (loop) => {
          loop.kill('SIGKILL');
          await once(loop, 'exit');
        }),
      );
    },
  };
}
