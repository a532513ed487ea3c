import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { admin, paydeckEnvironment } from '../../paydeck-server.ts';
import { startServerProcess } from '../../server-process.ts';
import { type RunningServer, toRunningServer } from './running-server.ts';

const folder = new URL('../../../peer/', import.meta.url);
const entry = new URL('src/main.mjs', folder);

/** The tables of the peer, and the indexes, which are built after the rows are in. */
export const peerSchema = {
  tables: new URL('tables.sql', folder),
  indexes: new URL('indexes.sql', folder),
};

const tokenAnswer = z.object({ accessToken: z.string() });

export const isPeerInstalled = (): boolean => existsSync(new URL('node_modules/typeorm/', folder));

/**
 * Installs the packages of the peer. It takes seconds at the first run, and downloads about 80 MB; later runs only compare
 * the lockfile. Rejects when the installation fails, for example without a network.
 */
export async function installPeer(): Promise<void> {
  // The pnpm that started the benchmark, if it did.
  const { npm_execpath: program = '' } = process.env;
  const [command = '', ...args] = /^pnpm(\.c?js|\.exe)?$/.test(basename(program))
    ? program.endsWith('js')
      ? [process.execPath, program]
      : [program]
    : ['npx', '-y', 'pnpm@12'];
  const child: ChildProcess = spawn(command, [...args, 'install', '--frozen-lockfile'], {
    cwd: fileURLToPath(folder),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (chunk: Buffer) => {
      output += chunk.toString();
    });
  }
  await once(child, 'close');
  if (child.exitCode !== 0) throw new Error(`The packages of the peer could not be installed:\n${output}`);
}

/** Starts the peer on a database with its tables, and signs in. */
export async function startPeer(databaseUrl: string): Promise<RunningServer> {
  const { JWT_SECRET = '' } = paydeckEnvironment(databaseUrl);
  const server = await startServerProcess(
    {
      DATABASE_URL: databaseUrl,
      JWT_SECRET,
      PEER_USERNAME: admin.username,
      PEER_PASSWORD: admin.password,
    },
    { entry },
  );
  return toRunningServer(server, signInAtPeer);
}

async function signInAtPeer(url: string): Promise<string> {
  const response = await fetch(`${url}/auth/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(admin),
  });
  return tokenAnswer.parse(await response.json()).accessToken;
}
