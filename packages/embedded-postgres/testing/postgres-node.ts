import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, chown, mkdtemp, open, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import postgres from 'postgres';
import { findBinaries } from '../src/binaries.ts';
import { findFreePort } from '../src/free-port.ts';
import { childEnvironment, chooseLauncher, run } from '../src/launcher.ts';

/** A PostgreSQL of a test, with the superuser `postgres`, whom everybody on this machine may be. Nothing restarts it. */
export type PostgresNode = AsyncDisposable & {
  /** Removed at the end, with all data. */
  home: string;
  /** The cluster, `PGDATA`. */
  dir: string;
  port: number;
  /** Throws when it doesn't run. */
  pid(): number;
  url(database: string): string;
  /** Resolves when it accepts connections. Rejects with its log when it ends before. */
  start(): Promise<void>;
  /** `SIGINT` is the fast shutdown, `SIGQUIT` the immediate one, `SIGKILL` a crash. Resolves when it has ended. */
  stop(signal: 'SIGINT' | 'SIGQUIT' | 'SIGKILL'): Promise<void>;
};

/** Makes a cluster with the programs of the embedded PostgreSQL, in a temporary folder or in `parent`, and starts it. */
export async function startPostgresNode(
  settings: Readonly<Record<string, string>> = {},
  parent = tmpdir(),
): Promise<PostgresNode> {
  const home = await mkdtemp(path.join(parent, 'paydeck-node-'));
  const dir = path.join(home, 'postgres');
  const logFile = path.join(home, 'postgres.log');
  const binaries = await findBinaries();
  await chmod(home, 0o755);
  const launcher = await chooseLauncher(home, dir, binaries.postgres);
  if (launcher.account !== undefined) await chown(home, launcher.account.uid, launcher.account.gid);
  const initdb = [
    '-D',
    dir,
    '-U',
    'postgres',
    '-E',
    'UTF8',
    '--locale=C',
    '--lc-ctype=C.UTF-8',
    '--auth=trust',
  ];
  const created = await run(launcher, binaries.initdb, [...initdb, '--no-sync']);
  if (!created.ok) throw new Error(`initdb failed: ${created.stderr}`);
  const port = await findFreePort();
  const url = (database: string) => `postgres://postgres@127.0.0.1:${port}/${database}`;
  let ended: Promise<unknown> = Promise.resolve();
  let pid: number | undefined;

  const start = async () => {
    const log = await open(logFile, 'a');
    const flags = { listen_addresses: '127.0.0.1', unix_socket_directories: '', ...settings };
    const { file, args, identity } = launcher.command(binaries.postgres, [
      '-D',
      dir,
      '-p',
      String(port),
      ...Object.entries(flags).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
    ]);
    const child = spawn(file, args, {
      ...identity,
      cwd: '/',
      env: childEnvironment,
      stdio: ['ignore', log.fd, log.fd],
    });
    await once(child, 'spawn');
    await log.close();
    pid = child.pid;
    let hasEnded = false;
    ended = once(child, 'exit').then(() => {
      hasEnded = true;
      pid = undefined;
    });
    while (!(await accepts(url('postgres')))) {
      if (hasEnded) throw new Error(`PostgreSQL ended:\n${(await readFile(logFile, 'utf8')).slice(-4_000)}`);
      await delay(50);
    }
  };
  const stop = async (signal: NodeJS.Signals) => {
    if (pid === undefined) return;
    process.kill(pid, signal);
    process.kill(pid, 'SIGCONT');
    await ended;
  };
  const node: PostgresNode = {
    home,
    dir,
    port,
    url,
    start,
    stop,
    pid: () => {
      if (pid === undefined) throw new Error('PostgreSQL does not run.');
      return pid;
    },
    [Symbol.asyncDispose]: async () => {
      await stop('SIGQUIT');
      await rm(home, { recursive: true, force: true, maxRetries: 50, retryDelay: 20 });
    },
  };
  await start();
  return node;
}

async function accepts(url: string): Promise<boolean> {
  const sql = postgres(url, { max: 1, fetch_types: false, connect_timeout: 5, onnotice: () => undefined });
  return sql`select 1`
    .then(
      () => true,
      () => false,
    )
    .finally(() => sql.end({ timeout: 0 }));
}
