import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type RequestListener } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

const repository = fileURLToPath(new URL('..', import.meta.url));
const run = promisify(execFile);

/** The environment of a user whose npm has fetched nothing yet and knows only this registry. */
const newcomer = (home: string, registry: string) => ({
  PATH: process.env.PATH,
  HOME: home,
  npm_config_registry: registry,
});

/** `npx -y pnpm@12` in the repository. */
const runPnpm = (home: string, registry: string) =>
  run('npx', ['-y', 'pnpm@12'], { cwd: repository, env: newcomer(home, registry) });

async function temporaryFolder() {
  const path = await mkdtemp(join(tmpdir(), 'paydeck-npx-'));
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true }) };
}

async function startRegistry(answer: RequestListener) {
  const server = createServer(answer).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The registry has no port.');
  return {
    url: `http://127.0.0.1:${address.port}/`,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

/** A package that is called pnpm, has version 12.99.0, and prints one line. */
async function packStandIn(folder: string): Promise<Buffer> {
  const packageJson = { name: 'pnpm', version: '12.99.0', bin: { pnpm: 'pnpm.cjs' } };
  await writeFile(join(folder, 'package.json'), JSON.stringify(packageJson));
  await writeFile(join(folder, 'pnpm.cjs'), "#!/usr/bin/env node\nconsole.log('pnpm runs');\n");
  await run('npm', ['pack'], { cwd: folder, env: newcomer(folder, 'http://127.0.0.1:1/') });
  return readFile(join(folder, 'pnpm-12.99.0.tgz'));
}

test('npx runs the pnpm that it fetched before, without the registry, and prints nothing else', async () => {
  await using home = await temporaryFolder();
  const tarball = await packStandIn(home.path);
  const integrity = `sha512-${createHash('sha512').update(tarball).digest('base64')}`;
  let isReachable = true;
  let failed = 0;
  await using registry = await startRegistry(({ url, headers, socket }, response) => {
    if (!isReachable) {
      if (url === '/pnpm') failed += 1;
      return void socket.destroy();
    }
    if (url === '/pnpm-12.99.0.tgz') return void response.end(tarball);
    if (url !== '/pnpm') return void response.writeHead(404).end();
    const dist = { integrity, tarball: `http://${headers.host}/pnpm-12.99.0.tgz` };
    const version = { name: 'pnpm', version: '12.99.0', bin: { pnpm: 'pnpm.cjs' }, dist };
    const versions = { '12.99.0': version };
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify({ name: 'pnpm', 'dist-tags': { latest: '12.99.0' }, versions }));
  });
  const onlyPnpm = { stdout: 'pnpm runs\n', stderr: '' };
  expect(await runPnpm(home.path, registry.url)).toEqual(onlyPnpm);
  isReachable = false;
  expect(await runPnpm(home.path, registry.url)).toEqual(onlyPnpm);
  expect(failed).toBe(0);
});

test('npx asks an unreachable registry twice, then says what it could not fetch', async () => {
  await using home = await temporaryFolder();
  let requests = 0;
  await using registry = await startRegistry(({ socket }) => {
    requests += 1;
    socket.destroy();
  });
  await expect(runPnpm(home.path, registry.url)).rejects.toMatchObject({
    stderr: expect.stringContaining(`request to ${registry.url}pnpm failed`),
  });
  expect(requests).toBe(2);
});
