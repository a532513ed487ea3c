import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { isCurrency } from '@paydeck/api/money';
import { z } from 'zod';

/** The configuration is wrong; the message names each variable and says what to set. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

export type Config = {
  environment: 'development' | 'production' | 'test';
  host: string;
  port: number;
  /** Null: the embedded PostgreSQL in `dataDir`. */
  databaseUrl: string | null;
  dataDir: string;
  jwtSecret: string;
  accessTokenTtlSeconds: number;
  firstAdmin: { username: string; password: string; isDefault: boolean };
  allowedOrigins: readonly string[];
  logLevel: string;
  defaultCurrency: string;
  eventRetentionDays: number;
};

const seconds = { s: 1, m: 60, h: 3_600, d: 86_400 } as const;
const duration = z
  .string()
  .regex(/^\d+[smhd]?$/, { error: 'is a duration such as 15m, 24h or 3600 (seconds)' })
  .transform((text) => {
    const unit = z.enum(['s', 'm', 'h', 'd']).safeParse(text.at(-1));
    return Number.parseInt(text, 10) * (unit.success ? seconds[unit.data] : 1);
  })
  .refine((value) => value >= 10 && value <= 30 * 86_400, { error: 'lies between 10 seconds and 30 days' });

const url = (protocols: RegExp, error: string) =>
  z.string().refine((text) => URL.canParse(text) && protocols.test(text), { error });

const environmentSchema = z.object({
  NODE_ENV: z.enum(['development', 'production', 'test']).default('development'),
  HOST: z.string().min(1).optional(),
  PORT: z.coerce.number().int().min(0).max(65_535).default(3000),
  DATABASE_URL: url(
    /^postgres(ql)?:/,
    'is a URL such as postgresql://user:password@host:5432/paydeck',
  ).optional(),
  DATA_DIR: z.string().min(1).default('.data'),
  JWT_SECRET: z.string().min(32, { error: 'must have at least 32 characters' }).optional(),
  JWT_EXPIRES_IN: duration.default(15 * 60),
  ADMIN_USERNAME: z.string().min(3).max(50).optional(),
  ADMIN_PASSWORD: z.string().min(8, { error: 'must have at least 8 characters' }).optional(),
  CORS_ORIGIN: z.string().optional(),
  FRONTEND_URL: url(/^https?:/, 'is a URL such as https://dashboard.example.com').optional(),
  LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info'),
  DEFAULT_CURRENCY: z
    .string()
    .refine(isCurrency, { error: 'is an ISO 4217 currency code such as USD' })
    .default('USD'),
  EVENT_RETENTION_DAYS: z.coerce.number().int().min(1).max(3_650).default(30),
});

const developmentAdmin = { username: 'admin', password: 'admin123' };
const publishedSecrets = [
  'your-super-secret-jwt-key-minimum-32-characters',
  'production-super-secret-key-minimum-32-characters',
];

/**
 * Reads the configuration from environment variables, each set ones empty counting as absent. In development what
 * is missing is filled in: a secret, made once and kept in `DATA_DIR`, and the admin `admin` / `admin123`.
 * Throws `ConfigError` that lists every wrong variable.
 */
export function readConfig(environment: Readonly<Record<string, string | undefined>>): Config {
  const given = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ''));
  const parsed = environmentSchema.safeParse(given);
  if (!parsed.success) {
    throw problems(parsed.error.issues.map(({ path, message }) => `${path.join('.')} ${message}.`));
  }
  const env = parsed.data;
  const production = env.NODE_ENV === 'production';
  if (production) refuseUnsafe(env);

  const dataDir = resolve(env.DATA_DIR);
  return {
    environment: env.NODE_ENV,
    host: env.HOST ?? (production ? '0.0.0.0' : '127.0.0.1'),
    port: env.PORT,
    databaseUrl: env.DATABASE_URL ?? null,
    dataDir,
    jwtSecret: env.JWT_SECRET ?? keptSecret(dataDir),
    accessTokenTtlSeconds: env.JWT_EXPIRES_IN,
    firstAdmin: {
      username: env.ADMIN_USERNAME ?? developmentAdmin.username,
      password: env.ADMIN_PASSWORD ?? developmentAdmin.password,
      isDefault: env.ADMIN_PASSWORD === undefined,
    },
    allowedOrigins: originsOf(env, production),
    logLevel: env.LOG_LEVEL,
    defaultCurrency: env.DEFAULT_CURRENCY,
    eventRetentionDays: env.EVENT_RETENTION_DAYS,
  };
}

/** The variables of this process, with those of a `.env` file in the working directory for what is not set. */
export function processEnvironment(): Readonly<Record<string, string | undefined>> {
  if (existsSync('.env')) process.loadEnvFile('.env');
  return process.env;
}

function refuseUnsafe(env: z.output<typeof environmentSchema>): void {
  const wrong: string[] = [];
  const { JWT_SECRET, ADMIN_USERNAME, ADMIN_PASSWORD, CORS_ORIGIN } = env;
  if (JWT_SECRET === undefined)
    wrong.push('JWT_SECRET must be set in production (openssl rand -base64 48 makes one).');
  if (JWT_SECRET !== undefined && publishedSecrets.includes(JWT_SECRET)) {
    wrong.push('JWT_SECRET is an example from the documentation. Make your own (openssl rand -base64 48).');
  }
  if (ADMIN_USERNAME === undefined) wrong.push('ADMIN_USERNAME must be set in production.');
  if (ADMIN_PASSWORD === undefined) wrong.push('ADMIN_PASSWORD must be set in production.');
  if (ADMIN_PASSWORD === developmentAdmin.password)
    wrong.push('ADMIN_PASSWORD is the development default. Choose another.');
  if (CORS_ORIGIN?.split(',').some((origin) => origin.trim() === '*')) {
    wrong.push('CORS_ORIGIN must list origins: * would let every page use its visitors’ sessions.');
  }
  if (wrong.length > 0) throw problems(wrong);
}

function originsOf(env: z.output<typeof environmentSchema>, production: boolean): string[] {
  const listed = [...(env.CORS_ORIGIN?.split(',') ?? []), env.FRONTEND_URL ?? '']
    .map((text) => text.trim())
    .filter(Boolean);
  if (listed.length === 0 && !production) return ['http://localhost:8080'];
  return listed.map((text) => (URL.canParse(text) ? new URL(text).origin : text));
}

function keptSecret(dataDir: string): string {
  const file = join(dataDir, 'jwt-secret');
  if (!existsSync(file)) {
    mkdirSync(dataDir, { recursive: true });
    writeFileSync(file, randomBytes(48).toString('base64'), { mode: 0o600, flag: 'wx' });
  }
  return readFileSync(file, 'utf8');
}

const problems = (lines: readonly string[]) =>
  new ConfigError(`The configuration can't be used:\n${lines.map((line) => `  - ${line}`).join('\n')}`);
