/** `pnpm start`: builds the page if its sources have changed, then starts the server. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { buildScript, isPageUpToDate } from '@paydeck/dashboard/build';

if (!isPageUpToDate()) {
  // Building takes seconds, so a wrong setting or a port in use is reported first. The message is the one that the server
  // gives.
  if (await canListen()) await buildPage();
}
await import('./main.ts');

/** Whether `main.ts` will get as far as listening. If not, it says why. */
async function canListen(): Promise<boolean> {
  try {
    const [{ processEnvironment, readConfig }, { checkAddress }] = await Promise.all([
      import('./config.ts'),
      import('./check-address.ts'),
    ]);
    await checkAddress(readConfig(processEnvironment()));
    return true;
  } catch {
    return false;
  }
}

/** Builds in a separate process, whose memory is free again when the server runs. */
async function buildPage(): Promise<void> {
  process.stdout.write('Building the page…\n');
  const child: ChildProcess = spawn(process.execPath, [buildScript], { stdio: 'inherit' });
  const stop = (signal: NodeJS.Signals) => void child.kill(signal);
  process.on('SIGINT', stop).on('SIGTERM', stop);
  await once(child, 'exit');
  process.off('SIGINT', stop).off('SIGTERM', stop);
  if (child.exitCode !== 0) process.exit(child.exitCode ?? 1);
}
