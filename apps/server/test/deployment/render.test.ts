import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { readConfig } from '../../src/config.ts';
import { productionEnvironment } from '../../testing/production-environment.ts';
import { readText } from './repository-files.ts';

test('render.yaml describes the image with its own database and generated secrets', async () => {
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
    .parse(parse(await readText('render.yaml'), { strict: true }));
  const [service] = blueprint.services;
  const [database] = blueprint.databases;
  expect(Number(database.postgresMajorVersion)).toBeGreaterThanOrEqual(15);
  expect(database.region).toBe(service.region);
  const environment = service.envVars.map((variable): [string, string] => {
    if ('value' in variable) return [variable.key, variable.value];
    if ('generateValue' in variable) return [variable.key, productionEnvironment.JWT_SECRET];
    expect(variable.fromDatabase.name).toBe(database.name);
    return [variable.key, 'postgresql://paydeck:secret@dpg-example-a/paydeck'];
  });
  const config = readConfig({ NODE_ENV: 'production', PORT: '10000', ...Object.fromEntries(environment) });
  expect(config).toMatchObject({ port: 10_000, firstAdmin: { isDefault: false } });
});
