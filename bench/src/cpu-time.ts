import { readdirSync, readFileSync } from 'node:fs';
import postgres from 'postgres';

/** Linux counts CPU time in ticks of 10 ms (`getconf CLK_TCK`). */
const tickMs = 10;

type ProcessTimes = { parent: number; ownMs: number; endedChildrenMs: number };

/** User and system time of a process since its start. Null where there is no /proc. */
export function processCpuMs(pid: number): number | null {
  return readTimes(pid)?.ownMs ?? null;
}

/** User and system time of a process and its children, including children that have ended. Null where there is no /proc. */
export function processTreeCpuMs(pid: number): number | null {
  const root = readTimes(pid);
  if (root === null) return null;
  let sum = root.ownMs + root.endedChildrenMs;
  for (const name of readdirSync('/proc')) {
    const times = /^\d+$/.test(name) ? readTimes(Number(name)) : null;
    if (times?.parent === pid) sum += times.ownMs;
  }
  return sum;
}

/** The resident memory of a process. Null where there is no /proc. */
export function residentBytes(pid: number): number | null {
  try {
    const kB = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
    return kB === undefined ? null : Number(kB) * 1024;
  } catch {
    return null;
  }
}

/** The process id of the postmaster that serves a database on this machine. Null where there is no /proc. */
export async function findPostmaster(databaseUrl: string): Promise<number | null> {
  const client = postgres(databaseUrl, { max: 1 });
  try {
    const [backend] = await client<{ pid: number }[]>`select pg_backend_pid() as pid`;
    return backend === undefined ? null : (readTimes(backend.pid)?.parent ?? null);
  } finally {
    await client.end();
  }
}

/** The fields of /proc/pid/stat follow the name of the program, which may contain spaces, in parentheses. */
function readTimes(pid: number): ProcessTimes | null {
  let stat: string;
  try {
    stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
  } catch {
    return null;
  }
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const field = (index: number) => Number(fields[index]);
  return {
    parent: field(1),
    ownMs: (field(11) + field(12)) * tickMs,
    endedChildrenMs: (field(13) + field(14)) * tickMs,
  };
}
