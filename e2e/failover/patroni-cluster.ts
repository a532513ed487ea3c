import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chown, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { endWithThisProcess } from '@paydeck/db/testing/end-with-this-process';
import { freePort } from '@paydeck/server/testing/free-port';
import { z } from 'zod';
import { type FaultyLink, startFaultyLink } from '../chaos/faulty-link.ts';
import { findDebianPostgres, findProgram } from '../chaos/programs.ts';
import { until } from '../chaos/until.ts';

/** One PostgreSQL and the Patroni that runs it. */
type Member = {
  name: string;
  /** Between this member and the one that copies from it. */
  replication: FaultyLink;
  isPrimary(): Promise<boolean>;
  /** Ends Patroni and PostgreSQL with SIGKILL, as when the machine loses power. */
  kill(): Promise<void>;
};

export type PatroniCluster = AsyncDisposable & {
  members: readonly Member[];
  /** A database of the primary, through HAProxy. */
  url(database: string): string;
  primary(): Promise<Member>;
  /** The last lines of Patroni, etcd and HAProxy. */
  output(): string;
};

/** Why the drill can't run here. Null if it can. */
export function missingPrograms(): string | null {
  const missing = ['patroni', 'etcd', 'haproxy'].filter((name) => findProgram(name) === null);
  if (findDebianPostgres() === null) missing.push('postgresql');
  if (process.getuid?.() !== 0) return 'it must run as root, which starts PostgreSQL as the user postgres';
  if (missing.length === 0) return null;
  return `${missing.join(', ')} must be installed (Debian: apt-get install patroni etcd-server haproxy postgresql)`;
}

const membersShape = z.object({
  members: z.array(z.object({ name: z.string(), role: z.string(), state: z.string() })),
});

/**
 * Starts two PostgreSQL under Patroni, one etcd, and HAProxy, all on loopback ports and with folders of their own. `isSynchronous`:
 * a write is acknowledged once the other member has it, too. The cluster ends with this process.
 */
export async function startPatroniCluster({
  isSynchronous,
}: {
  isSynchronous: boolean;
}): Promise<PatroniCluster> {
  await using stack = new AsyncDisposableStack();
  const account = await findAccount('postgres');
  const home = await mkdtemp(join(tmpdir(), 'paydeck-drill-'));
  await chown(home, account.uid, account.gid);
  stack.defer(endWithThisProcess({ folder: home }));
  stack.defer(() => rm(home, { recursive: true, force: true, maxRetries: 50, retryDelay: 20 }));
  let printed = '';
  const start = async (name: string, args: readonly string[]): Promise<ChildProcess> => {
    const program = findProgram(name);
    if (program === null) throw new Error(`${name} must be installed.`);
    const child = spawn(program, args, {
      ...account,
      cwd: home,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { PATH: process.env.PATH, LC_ALL: 'C.UTF-8' },
    });
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (chunk: Buffer) => {
        printed += chunk.toString();
      });
    }
    await once(child, 'spawn');
    const forget = child.pid === undefined ? () => undefined : endWithThisProcess({ process: child.pid });
    child.once('exit', forget);
    stack.defer(() => endChild(child));
    return child;
  };

  const etcdUrl = await startEtcd(home, start);
  const members: Member[] = [];
  const ports: MemberPorts[] = [];
  for (const name of ['first', 'second']) {
    const member = await startMember({ name, home, etcdUrl, isSynchronous, start, stack });
    members.push(member);
    ports.push(member.ports);
  }
  const port = await startHaproxy(home, ports, start);
  const primary = async () => {
    for (const member of members) if (await member.isPrimary()) return member;
    throw new Error('There is no primary.');
  };
  const areReady = async () => {
    const reply = await fetch(`http://127.0.0.1:${ports[0]?.rest}/cluster`).catch(() => null);
    if (reply === null || !reply.ok) return false;
    const { members: states } = membersShape.parse(await reply.json());
    const roles = states
      .filter(({ state }) => ['running', 'streaming'].includes(state))
      .map(({ role }) => role);
    return roles.includes('leader') && roles.includes(isSynchronous ? 'sync_standby' : 'replica');
  };
  await until('a primary and a replica run', areReady, 240_000);
  const parts = stack.move();
  return {
    members,
    primary,
    url: (database) => `postgres://postgres:drill@127.0.0.1:${port}/${database}`,
    output: () => printed.slice(-20_000),
    [Symbol.asyncDispose]: () => parts.disposeAsync(),
  };
}

type Start = (name: string, args: readonly string[]) => Promise<ChildProcess>;
type MemberPorts = { postgres: number; rest: number };

async function startEtcd(home: string, start: Start): Promise<string> {
  const [client, peer] = [`http://127.0.0.1:${await freePort()}`, `http://127.0.0.1:${await freePort()}`];
  const flags = {
    name: 'drill',
    'data-dir': join(home, 'etcd'),
    'listen-client-urls': client,
    'advertise-client-urls': client,
    'listen-peer-urls': peer,
    'initial-advertise-peer-urls': peer,
    'initial-cluster': `drill=${peer}`,
  };
  await start(
    'etcd',
    Object.entries(flags).map(([name, value]) => `--${name}=${value}`),
  );
  const isHealthy = () =>
    fetch(`${client}/health`).then(
      ({ ok }) => ok,
      () => false,
    );
  await until('etcd is healthy', isHealthy);
  return client;
}

async function startMember({
  name,
  home,
  etcdUrl,
  isSynchronous,
  start,
  stack,
}: {
  name: string;
  home: string;
  etcdUrl: string;
  isSynchronous: boolean;
  start: Start;
  stack: AsyncDisposableStack;
}): Promise<Member & { ports: MemberPorts }> {
  const ports = { postgres: await freePort(), rest: await freePort() };
  const replication = stack.use(await startFaultyLink(() => `tcp://127.0.0.1:${ports.postgres}`));
  const dataDir = join(home, name);
  const address = `127.0.0.1:${ports.rest}`;
  const login = (username: string) => ({ username, password: 'drill' });
  const config = {
    scope: 'paydeck',
    name,
    restapi: { listen: address, connect_address: address },
    etcd3: { host: new URL(etcdUrl).host },
    bootstrap: {
      dcs: {
        // The shortest that Patroni allows.
        ttl: 20,
        loop_wait: 1,
        retry_timeout: 3,
        maximum_lag_on_failover: 1_000_000_000,
        synchronous_mode: isSynchronous,
        postgresql: { use_pg_rewind: true, parameters: { max_connections: 80, fsync: 'off' } },
      },
      initdb: [{ encoding: 'UTF8' }, { locale: 'C' }, { 'lc-ctype': 'C.UTF-8' }],
    },
    postgresql: {
      listen: `127.0.0.1:${ports.postgres}`,
      connect_address: `127.0.0.1:${replication.port}`,
      data_dir: dataDir,
      bin_dir: findDebianPostgres(),
      pgpass: join(home, `${name}.pgpass`),
      authentication: {
        superuser: login('postgres'),
        replication: login('replicator'),
        rewind: login('rewinder'),
      },
      // Otherwise the copy begins when a spread checkpoint has ended, which may take minutes.
      basebackup: [{ checkpoint: 'fast' }],
      parameters: { unix_socket_directories: home },
      pg_hba: [
        'local all all trust',
        'host all all 127.0.0.1/32 trust',
        'host replication all 127.0.0.1/32 trust',
      ],
    },
  };
  // JSON is YAML, too.
  const file = join(home, `${name}.yml`);
  await writeFile(file, JSON.stringify(config));
  await mkdir(dataDir, { mode: 0o700 });
  const { uid, gid } = await findAccount('postgres');
  await chown(dataDir, uid, gid);
  stack.defer(endWithThisProcess({ cluster: dataDir }));
  const patroni = await start('patroni', [file]);
  const kill = async () => {
    await endChild(patroni);
    const pid = Number(
      (await readFile(join(dataDir, 'postmaster.pid'), 'utf8').catch(() => '')).split('\n')[0],
    );
    if (pid > 0) await killTree(pid);
  };
  stack.defer(kill);
  return {
    name,
    ports,
    replication,
    kill,
    isPrimary: () =>
      fetch(`http://${address}/primary`, { signal: AbortSignal.timeout(5_000) }).then(
        ({ status }) => status === 200,
        () => false,
      ),
  };
}

async function startHaproxy(home: string, members: readonly MemberPorts[], start: Start): Promise<number> {
  const port = await freePort();
  const file = join(home, 'haproxy.cfg');
  const servers = members.map(
    ({ postgres, rest }, n) => `  server member${n} 127.0.0.1:${postgres} check port ${rest}`,
  );
  const lines = [
    'defaults',
    '  mode tcp',
    '  timeout connect 2s',
    '  timeout client 1h',
    '  timeout server 1h',
    'listen postgres',
    `  bind 127.0.0.1:${port}`,
    '  option httpchk OPTIONS /primary',
    '  http-check expect status 200',
    '  default-server inter 500ms fall 2 rise 1 on-marked-down shutdown-sessions',
    ...servers,
    '',
  ];
  await writeFile(file, lines.join('\n'));
  await start('haproxy', ['-db', '-f', file]);
  return port;
}

async function endChild(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGKILL');
  await once(child, 'exit');
}

/** Kills a postmaster and its children. The children of a dead postmaster would end only when they notice. */
async function killTree(pid: number): Promise<void> {
  const children = await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8').catch(() => '');
  for (const one of [pid, ...children.trim().split(' ').filter(Boolean).map(Number)]) {
    try {
      process.kill(one, 'SIGKILL');
    } catch {
      // It has ended by itself.
    }
  }
}

async function findAccount(name: string): Promise<{ uid: number; gid: number }> {
  const line = (await readFile('/etc/passwd', 'utf8')).split('\n').find((one) => one.startsWith(`${name}:`));
  const [, , uid, gid] = line?.split(':').map(Number) ?? [];
  if (uid === undefined || gid === undefined) throw new Error(`There must be a user ${name}.`);
  return { uid, gid };
}
