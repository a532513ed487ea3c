import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { openDatabase, throughPooler } from '@paydeck/db/connection';
import { endChildWithThisProcess } from '@paydeck/db/testing/end-with-this-process';
import { freePort } from '@paydeck/server/testing/free-port';
import { findProgram } from '../chaos/programs.ts';

export const pgbouncerProgram = findProgram('pgbouncer');

/**
 * Starts PgBouncer on 127.0.0.1 before the database of the URL. It runs until disposal. `url` is that of the same database
 * through PgBouncer. Rejects with its log when it doesn't start.
 */
export async function startPgBouncer(
  databaseUrl: string,
  mode: 'session' | 'transaction',
  settings: Readonly<Record<string, string>> = {},
) {
  if (pgbouncerProgram === null) throw new Error('PgBouncer is not installed.');
  const { hostname, port, username, password, pathname } = new URL(databaseUrl);
  const folder = await mkdtemp(join(tmpdir(), 'paydeck-pgbouncer-'));
  const ownPort = await freePort();
  const options = {
    listen_addr: '127.0.0.1',
    listen_port: ownPort,
    unix_socket_dir: '',
    auth_type: 'any',
    pool_mode: mode,
    default_pool_size: 40,
    ...settings,
  };
  const config = join(folder, 'pgbouncer.ini');
  const target = `host=${hostname} port=${port} user=${username}${password === '' ? '' : ` password=${password}`}`;
  const lines = Object.entries(options).map(([name, value]) => `${name} = ${value}`);
  await writeFile(config, `[databases]\n* = ${target}\n[pgbouncer]\n${lines.join('\n')}\n`);
  await chmod(folder, 0o755);
  // PgBouncer refuses to run as root.
  const asUser = process.getuid?.() === 0 ? ['-u', 'nobody'] : [];
  const child = spawn(pgbouncerProgram, [...asUser, config], { stdio: ['ignore', 'pipe', 'pipe'] });
  endChildWithThisProcess(child);
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += String(chunk)));
  const url = new URL(databaseUrl);
  url.host = `127.0.0.1:${ownPort}`;
  url.pathname = pathname;
  const dispose = async () => {
    child.kill('SIGKILL');
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
    await rm(folder, { recursive: true, force: true });
  };
  while (!(await accepts(throughPooler(url.href, mode)))) {
    if (child.exitCode !== null) throw new Error(`PgBouncer ended with ${child.exitCode}:\n${output}`);
    await delay(50);
  }
  return { url: url.href, output: () => output, [Symbol.asyncDispose]: dispose };
}

async function accepts(url: string): Promise<boolean> {
  const db = openDatabase({ url, maxConnections: 1 });
  return db.orm
    .execute('select 1')
    .then(
      () => true,
      () => false,
    )
    .finally(() => db.close());
}
