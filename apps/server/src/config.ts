import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { AmountLimits } from '@paydeck/contract/amount-limits';
import { currencyRule, isCurrency } from '@paydeck/contract/money';
import { newPasswordIssue, usernamePattern, usernameRule } from '@paydeck/contract/users';
import { createFileOnce } from '@paydeck/embedded-postgres/create-file-once';
import { z } from 'zod';
import {
  composeDatabaseUrl,
  isHost,
  missingDatabaseParts,
  unusedDatabaseParts,
} from './config/database-parts.ts';
import { EnvFileError, readEnvFile } from './config/env-file.ts';
import { developmentAdmin, unsafeInProduction } from './config/unsafe-in-production.ts';
import {
  amountLimits,
  duration,
  oneOf,
  origins,
  pathPrefix,
  postgresUrl,
  proxies,
  webUrl,
  wholeNumber,
} from './config/variable-types.ts';

/** The configuration is wrong; the message names each variable and says what to set. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

export type Config = {
  environment: 'development' | 'production' | 'test';
  host: string;
  port: number;
  /** The path below which a proxy serves Paydeck, such as `/pay`; empty at the root of a host. */
  basePath: string;
  /** Null: the embedded PostgreSQL in `dataDir`. */
  databaseUrl: string | null;
  /** Null: no pooler stands before the database. */
  databasePooler: 'session' | 'transaction' | null;
  dataDir: string;
  jwtSecret: string;
  accessTokenTtlSeconds: number;
  /** A session ends so many days after its sign-in. */
  sessionMaxDays: number;
  firstAdmin: { username: string; password: string; isDefault: boolean };
  allowedOrigins: readonly string[];
  logLevel: string;
  defaultCurrency: string;
  /** The largest amounts of one payment that differ from the defaults, in major units. */
  amountLimits: AmountLimits;
  eventRetentionDays: number;
  /** Sockets and event streams that one user may have open on one server. */
  liveConnectionsPerUser: number;
  longReadTimeoutMs: number;
  /** How long a call may wait for a database connection. */
  maxWaitMs: number;
  /** The slowest that a client may read an export, in 1,000 bytes a second. */
  exportMinKbPerSecond: number;
  /** Addresses and networks of the proxies whose `X-Forwarded-For` counts. */
  trustedProxies: readonly string[];
  requireSecondFactor: 'nobody' | 'admins';
  /** The token of `GET /metrics`; null: in production the metrics are not served, elsewhere they need no token. */
  metricsToken: string | null;
  /** Whether Swagger UI and the OpenAPI document are served. */
  servesDocs: boolean;
  /** Whether browsers must use https for the subdomains of this host, too. */
  hstsSubdomains: boolean;
  /** Remarks about these settings for the operator, one sentence each. */
  notices: readonly string[];
};

const environmentSchema = z.object({
  NODE_ENV: oneOf(['development', 'production', 'test']).default('development'),
  HOST: z.string().min(1).optional(),
  PORT: wholeNumber(0, 65_535).default(3000),
  BASE_PATH: pathPrefix.default(''),
  DATABASE_URL: postgresUrl.optional(),
  DB_HOST: z.string().refine(isHost, { error: 'must be a host name or an IP address' }).optional(),
  DB_PORT: wholeNumber(1, 65_535).optional(),
  DB_USERNAME: z.string().optional(),
  DB_PASSWORD: z.string().optional(),
  DB_DATABASE: z.string().optional(),
  DATABASE_POOLER: oneOf(['session', 'transaction']).optional(),
  DATA_DIR: z.string().min(1).default('.data'),
  JWT_SECRET: z.string().min(32, { error: 'must have at least 32 characters' }).optional(),
  JWT_EXPIRES_IN: duration.default(15 * 60),
  SESSION_MAX_DAYS: wholeNumber(1, 3_650).default(90),
  // The same rules as in users.create (configuration.test.ts): an admin with another name could never sign in.
  ADMIN_USERNAME: z.string().regex(usernamePattern, { error: usernameRule }).optional(),
  ADMIN_PASSWORD: z
    .string()
    .refine((password) => newPasswordIssue(password) === null, {
      error: ({ input }) => newPasswordIssue(String(input)) ?? undefined,
    })
    .optional(),
  CORS_ORIGIN: origins.default([]),
  FRONTEND_URL: webUrl.optional(),
  LOG_LEVEL: oneOf(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info'),
  DEFAULT_CURRENCY: z.string().refine(isCurrency, { error: currencyRule }).default('USD'),
  MAX_AMOUNTS: amountLimits.default({}),
  EVENT_RETENTION_DAYS: wholeNumber(1, 3_650).default(30),
  LIVE_MAX_SOCKETS_PER_USER: wholeNumber(1, 100_000).default(5_000),
  LONG_READ_TIMEOUT_MS: wholeNumber(100, 30_000).default(2_000),
  MAX_WAIT_MS: wholeNumber(100, 10_000).default(2_000),
  EXPORT_MIN_KB_PER_SECOND: wholeNumber(0, 1_000_000).default(64),
  TRUST_PROXY: proxies.default([]),
  REQUIRE_SECOND_FACTOR: oneOf(['nobody', 'admins']).default('nobody'),
  METRICS_TOKEN: z
    .string()
    .regex(/^[\w.~+/=-]{16,}$/, {
      error: 'must have at least 16 characters, of A-Z a-z 0-9 and . _ ~ + / = - (openssl rand -hex 24)',
    })
    .optional(),
  DOCS: oneOf(['on', 'off']).default('on'),
  HSTS_SUBDOMAINS: oneOf(['on', 'off']).default('off'),
});

/** Every variable that is read. docs/configuration.md documents each of them. */
export const variableNames: readonly string[] = Object.keys(environmentSchema.shape);

/**
 * Reads the configuration from environment variables. Variables that are set but empty count as absent. In development,
 * a missing secret is generated once and kept in `DATA_DIR`, and a missing admin gets default credentials.
 * Throws a `ConfigError` that lists every wrong variable.
 */
export function readConfig(environment: Readonly<Record<string, string | undefined>>): Config {
  const given = Object.fromEntries(Object.entries(environment).filter(([, value]) => value?.trim() !== ''));
  const parsed = environmentSchema.safeParse(given);
  const wrong = [
    ...(parsed.error?.issues ?? []).map(({ path, message }) => `${path.join('.')} ${message}.`),
    ...missingDatabaseParts(given),
    ...(given.DATABASE_POOLER !== undefined && given.DATABASE_URL === undefined && given.DB_HOST === undefined
      ? ['DATABASE_POOLER must be set only together with DATABASE_URL or DB_HOST.']
      : []),
    ...(given.NODE_ENV === 'production' ? unsafeInProduction(given) : []),
  ];
  if (!parsed.success || wrong.length > 0) throw problems(wrong);
  const env = parsed.data;
  const production = env.NODE_ENV === 'production';

  const dataDir = resolve(env.DATA_DIR);
  return {
    environment: env.NODE_ENV,
    host: env.HOST ?? (production ? '0.0.0.0' : '127.0.0.1'),
    port: env.PORT,
    basePath: env.BASE_PATH,
    databaseUrl: env.DATABASE_URL ?? composeDatabaseUrl(env),
    databasePooler: env.DATABASE_POOLER ?? null,
    dataDir,
    jwtSecret: env.JWT_SECRET ?? keptSecret(dataDir),
    accessTokenTtlSeconds: env.JWT_EXPIRES_IN,
    sessionMaxDays: env.SESSION_MAX_DAYS,
    firstAdmin: {
      username: env.ADMIN_USERNAME ?? developmentAdmin.username,
      password: env.ADMIN_PASSWORD ?? developmentAdmin.password,
      isDefault: env.ADMIN_PASSWORD === undefined,
    },
    allowedOrigins: originsOf(env, production),
    logLevel: env.LOG_LEVEL,
    defaultCurrency: env.DEFAULT_CURRENCY,
    amountLimits: env.MAX_AMOUNTS,
    eventRetentionDays: env.EVENT_RETENTION_DAYS,
    liveConnectionsPerUser: env.LIVE_MAX_SOCKETS_PER_USER,
    longReadTimeoutMs: env.LONG_READ_TIMEOUT_MS,
    maxWaitMs: env.MAX_WAIT_MS,
    exportMinKbPerSecond: env.EXPORT_MIN_KB_PER_SECOND,
    trustedProxies: env.TRUST_PROXY,
    requireSecondFactor: env.REQUIRE_SECOND_FACTOR,
    metricsToken: env.METRICS_TOKEN ?? null,
    servesDocs: env.DOCS === 'on',
    hstsSubdomains: env.HSTS_SUBDOMAINS === 'on',
    notices: unusedDatabaseParts(given),
  };
}

/**
 * The environment of this process. A `.env` file in the working directory adds variables that are not set. Throws a
 * `ConfigError` if the file can't be read as text.
 */
export function processEnvironment(): Readonly<Record<string, string | undefined>> {
  try {
    Object.assign(process.env, { ...readEnvFile('.env'), ...process.env });
  } catch (error) {
    throw error instanceof EnvFileError ? problems([error.message]) : error;
  }
  return process.env;
}

function originsOf(
  { CORS_ORIGIN, FRONTEND_URL }: z.output<typeof environmentSchema>,
  production: boolean,
): string[] {
  const listed = [...CORS_ORIGIN, ...(FRONTEND_URL === undefined ? [] : [new URL(FRONTEND_URL).origin])];
  return listed.length === 0 && !production ? ['http://localhost:8080'] : listed;
}

function keptSecret(dataDir: string): string {
  const file = join(dataDir, 'jwt-secret');
  try {
    if (!existsSync(file)) {
      mkdirSync(dataDir, { recursive: true });
      createFileOnce(file, randomBytes(48).toString('base64'));
    }
  } catch (error) {
    if (!existsSync(file)) {
      throw problems([`DATA_DIR must be a folder that this user can write (${dataDir}: ${String(error)}).`]);
    }
  }
  const secret = readFileSync(file, 'utf8').trim();
  if (secret.length >= 32) return secret;
  throw problems([
    `The secret in ${file} must have at least 32 characters. Delete that file: the next start makes a new one.`,
  ]);
}

const problems = (lines: readonly string[]) =>
  new ConfigError(
    `The configuration is invalid. Correct the environment or .env (docs/configuration.md):\n${lines
      .map((line) => `  - ${line}`)
      .join('\n')}`,
  );
