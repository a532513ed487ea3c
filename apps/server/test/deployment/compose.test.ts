import { join } from 'node:path';
import { DCLinter } from 'dclint';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { readConfig, variableNames } from '../../src/config.ts';
import { productionEnvironment } from '../../testing/production-environment.ts';
import { readText, repository } from './repository-files.ts';

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
const readCompose = async () => compose.parse(parse(await readText('docker-compose.yml'), { strict: true }));

/** Fills in variables as Compose does: `${NAME:-default}`, and `${NAME:?message}`, which throws the message. */
const fillIn = (text: string, values: Record<string, string>) =>
  text.replace(/\$\{(\w+):([-?])([^}]*)\}/g, (_all, name: string, kind: string, rest: string) => {
    const value = values[name];
    if (value !== undefined && value !== '') return value;
    if (kind === '-') return rest;
    throw new Error(`${name}: ${rest}`);
  });
const requiredValues = {
  JWT_SECRET: productionEnvironment.JWT_SECRET,
  ADMIN_USERNAME: 'operator',
  ADMIN_PASSWORD: 'a password of their own',
  POSTGRES_PASSWORD: 'p@ss/word: 50%',
};
const environmentOf = (environment: Record<string, string>, from: Record<string, string>) =>
  Object.fromEntries(Object.entries(environment).map(([name, value]) => [name, fillIn(value, from)]));

test('docker-compose.yml has no fault that its schema or a linter finds', () => {
  const path = join(repository, 'docker-compose.yml');
  const matterOfTaste = ['service-keys-order', 'services-alphabetical-order', 'require-quotes-in-ports'];
  const rules = {
    ...Object.fromEntries(matterOfTaste.map((rule) => [rule, 0 as const])),
    // The image is built here and has a name for `docker run`. The interface is the default of a variable.
    'no-build-and-image': 0 as const,
    'service-image-require-explicit-tag': 0 as const,
    'no-unbound-port-interfaces': 0 as const,
  };
  const linter = new DCLinter({ rules, quiet: true, debug: false, exclude: [] });
  expect(linter.lintFiles([path], false)).toMatchObject([{ filePath: path, messages: [] }]);
});

test('Compose gives the server its database and all settings that production requires', async () => {
  const { server, database } = (await readCompose()).services;
  const environment = environmentOf(server.environment, requiredValues);
  expect(readConfig({ NODE_ENV: 'production', ...environment })).toMatchObject({
    databaseUrl: `postgresql://paydeck:${encodeURIComponent(requiredValues.POSTGRES_PASSWORD)}@database:5432/paydeck`,
    firstAdmin: { username: 'operator', isDefault: false },
    allowedOrigins: [],
  });
  expect(environmentOf(database.environment, requiredValues)).toMatchObject({
    POSTGRES_USER: 'paydeck',
    POSTGRES_DB: 'paydeck',
    POSTGRES_PASSWORD: requiredValues.POSTGRES_PASSWORD,
  });
  const changed = { CORS_ORIGIN: 'https://a.example', DEFAULT_CURRENCY: 'EUR', EVENT_RETENTION_DAYS: '7' };
  expect(readConfig(environmentOf(server.environment, { ...requiredValues, ...changed }))).toMatchObject({
    allowedOrigins: ['https://a.example'],
    defaultCurrency: 'EUR',
    eventRetentionDays: 7,
  });
  // All settings except those that the image or docker-compose.yml fixes.
  const fixed = ['NODE_ENV', 'HOST', 'PORT', 'DATABASE_URL', 'DATABASE_POOLER', 'DB_PORT', 'DATA_DIR'];
  expect(Object.keys(server.environment).toSorted()).toEqual(
    variableNames.filter((name) => !fixed.includes(name)).toSorted(),
  );
});

test.each(Object.keys(requiredValues))('Compose does not start without %s', async (name) => {
  const { server } = (await readCompose()).services;
  expect(() => environmentOf(server.environment, { ...requiredValues, [name]: '' })).toThrow(
    `${name}: set it`,
  );
});

test('Compose starts the server once its database is healthy, restarts both, and publishes only the server', async () => {
  const { services, volumes } = await readCompose();
  const { server, database } = services;
  expect(server.depends_on).toEqual({ database: { condition: 'service_healthy' } });
  expect(database.healthcheck?.test).toContain('pg_isready');
  expect([server.restart, database.restart]).toEqual(['unless-stopped', 'unless-stopped']);
  expect(server.ports.map((port) => fillIn(port, {}))).toEqual(['127.0.0.1:3000:3000']);
  expect(database.ports).toEqual([]);
  expect(database.image).toMatch(/^postgres:18\.\d+@sha256:[0-9a-f]{64}$/);
  expect(database.volumes).toEqual(['database:/var/lib/postgresql']);
  expect(Object.keys(volumes)).toEqual(['database']);
  // run-until-signal.ts allows 15 s for a shutdown.
  expect(Number.parseInt(server.stop_grace_period, 10)).toBeGreaterThan(15);
});
