import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { startPostgresNode } from '@paydeck/embedded-postgres/testing/postgres-node';
import { spawnServer } from '@paydeck/server/testing/spawn-server';
import { signInByFetch } from '../../faults/wire.ts';
import type { Fault } from '../fault.ts';
import { isInstalled } from '../programs.ts';
import { until } from '../until.ts';
import type { World } from '../world.ts';

const run = promisify(execFile);

/** A full disk, on a small file system with its own PostgreSQL and server. */
export const diskFaults: Fault[] = [
  {
    name: 'disk-full',
    unavailable: () =>
      process.platform === 'linux' && process.getuid?.() === 0 && isInstalled('mount')
        ? null
        : 'only root can mount a small file system',
    run: async (world) => {
      await using disk = await mountSmallDisk(220);
      await using postgres = await startPostgresNode({ max_wal_size: '64MB', fsync: 'off' }, disk.path);
      await using server = await spawnServer({ DATABASE_URL: postgres.url('postgres') });
      await useFullDisk(world, { url: server.url, disk: disk.path });
    },
  },
];

/** Fills the disk while payments are written, then frees it. */
async function useFullDisk(world: World, { url, disk }: { url: string; disk: string }): Promise<void> {
  const caller = await signInByFetch(url);
  const description = 'x'.repeat(400);
  const payments = Array.from({ length: 200 }, (_, n) => ({
    amountMinor: n + 1,
    currency: 'USD',
    method: 'credit_card',
    status: 'pending',
    receiver: `Disk ${n}`,
    description,
  }));
  let writes = 0;
  const write = async () => {
    writes += 1;
    return caller.mutate('payments.createMany', { payments }, `disk-${writes}`);
  };
  const ballast = join(disk, 'ballast');
  await fill(ballast);
  let refused = '';
  const isRefused = async () => {
    const answer = await write();
    if (answer.kind !== 'refused') return false;
    refused = `${answer.status} ${answer.reason}`;
    if (answer.reason === 'too_many_requests') return false;
    if (answer.status !== 503) world.violate(`a full disk is answered with ${refused}`);
    return true;
  };
  await until('a write on a full disk is refused', isRefused, 60_000);
  await rm(ballast);
  const isWritten = async () => (await write()).kind === 'ok';
  await until('writes succeed after the disk has room', isWritten, 60_000);
}

/** Writes until there is no room. */
async function fill(path: string): Promise<void> {
  const file = await open(path, 'w');
  const chunk = Buffer.alloc(1024 * 1024);
  try {
    for (;;) await file.write(chunk);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOSPC')) throw error;
  } finally {
    await file.close();
  }
}

async function mountSmallDisk(megabytes: number) {
  const path = await mkdtemp(join(tmpdir(), 'paydeck-disk-'));
  await mkdir(path, { recursive: true });
  await run('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m,mode=0755`, 'tmpfs', path]);
  return {
    path,
    [Symbol.asyncDispose]: async () => {
      await run('umount', ['--lazy', path]);
      await rm(path, { recursive: true, force: true });
    },
  };
}
