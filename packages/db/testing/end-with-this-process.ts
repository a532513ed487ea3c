import { type ChildProcess, spawn } from 'node:child_process';
import { Socket } from 'node:net';
import type { Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';

/**
 * A thing that must not outlive this process: a child by its pid, the PostgreSQL of a cluster's folder, or a folder. A registered
 * process gets SIGTERM, and SIGKILL after 10 seconds.
 */
export type LeftOver = { process: number } | { cluster: string } | { folder: string };

const script = fileURLToPath(new URL('./end-left-overs.sh', import.meta.url));
let watcher: Writable | null = null;

/**
 * Ends something when this process is gone, even if SIGKILL ended it, so that a test which is cut leaves nothing running. A
 * shell watches for that. Call the returned function when the thing has ended in the usual way.
 */
export function endWithThisProcess(leftOver: LeftOver): () => void {
  watcher ??= startWatcher();
  const [line = ''] = Object.entries(leftOver).map(([kind, value]) => `${kind} ${value}\n`);
  watcher.write(line);
  return () => void watcher?.write(`not-${line}`);
}

/** `endWithThisProcess` for a child, until the child has exited. */
export function endChildWithThisProcess(child: ChildProcess): void {
  if (child.pid === undefined) return;
  child.once('exit', endWithThisProcess({ process: child.pid }));
}

/** The shell has its own process group, since a signal to the tests' group must not end it. */
function startWatcher(): Writable {
  const child = spawn('sh', [script], { detached: true, stdio: ['pipe', 'ignore', 'ignore'] });
  child.unref();
  // An input that is open doesn't keep this process running either.
  if (child.stdin instanceof Socket) child.stdin.unref();
  return child.stdin;
}
