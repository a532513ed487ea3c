import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

/** Rejects when a process may not open this many sockets. Node raises its soft limit to the hard one by itself. */
export async function requireOpenFiles(sockets: number): Promise<void> {
  const { stdout } = await promisify(execFile)('sh', ['-c', 'ulimit -n']);
  const needed = sockets + 200;
  const allowed = stdout.trim() === 'unlimited' ? Number.POSITIVE_INFINITY : Number(stdout);
  if (allowed >= needed) return;
  throw new Error(
    `The limit of open files must be at least ${needed} for ${sockets} sockets, but is ${allowed}. ` +
      `Raise it with "ulimit -n ${needed}", or use fewer sockets with --sockets.`,
  );
}
