import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { problemsOf, productionEnvironment } from '../testing/production-environment.ts';
import { readConfig } from './config.ts';

const { JWT_SECRET: secret } = productionEnvironment;
const complete = { JWT_SECRET: secret };
const production = { ...productionEnvironment, JWT_SECRET: secret };

/** A blank variable counts as absent. */
const hasText = (text: string) => text.trim() !== '';

async function temporaryFolder() {
  const path = await mkdtemp(join(tmpdir(), 'paydeck-config-'));
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true }) };
}

const defaults = {
  environment: 'development',
  host: '127.0.0.1',
  port: 3000,
  basePath: '',
  databaseUrl: null,
  databasePooler: null,
  dataDir: resolve('.data'),
  jwtSecret: secret,
  accessTokenTtlSeconds: 900,
  sessionMaxDays: 90,
  firstAdmin: { username: 'admin', password: 'admin123', isDefault: true },
  allowedOrigins: ['http://localhost:8080'],
  logLevel: 'info',
  requireSecondFactor: 'nobody',
  defaultCurrency: 'USD',
  amountLimits: {},
  eventRetentionDays: 30,
  exportMinKbPerSecond: 64,
  liveConnectionsPerUser: 5_000,
  longReadTimeoutMs: 2_000,
  maxWaitMs: 2_000,
  trustedProxies: [],
  metricsToken: null,
  servesDocs: true,
  hstsSubdomains: false,
  notices: [],
};

test('in development, defaults replace what is missing', () => {
  expect(readConfig(complete)).toEqual(defaults);
});

test.each([
  ['VND=100000000000', { VND: 100_000_000_000 }],
  [' usd = 500 , JPY=1 ,', { USD: 500, JPY: 1 }],
  ['KWD=1000000000', { KWD: 1_000_000_000 }],
])('MAX_AMOUNTS=%s is %j', (MAX_AMOUNTS, amountLimits) => {
  expect(readConfig({ ...complete, MAX_AMOUNTS }).amountLimits).toEqual(amountLimits);
});

test.each([
  ['5000000', 'must list currencies with whole numbers, such as VND=100000000000, separated by commas'],
  ['USD=12.50', 'must list currencies with whole numbers, such as VND=100000000000, separated by commas'],
  ['USD=1;EUR=2', 'must list currencies with whole numbers, such as VND=100000000000, separated by commas'],
  ['XYZ=5', 'must be an ISO 4217 currency code, such as USD, before each ='],
  ['HRK=5', 'must be an ISO 4217 currency code, such as USD, before each ='],
  ['USD=5,usd=6', 'must name USD once'],
  ['USD=0', 'must be from 1 to 10000000000 for USD'],
  ['VND=1000000000001', 'must be from 1 to 1000000000000 for VND'],
])('MAX_AMOUNTS=%s is refused', (MAX_AMOUNTS, message) => {
  expect(problemsOf({ ...complete, MAX_AMOUNTS })).toEqual([
    expect.stringContaining(`- MAX_AMOUNTS ${message}.`),
  ]);
});

test.each([
  ['/pay', '/pay'],
  ['/pay/', '/pay'],
  ['/tools/pay_2.0~x', '/tools/pay_2.0~x'],
  ['/', ''],
])('BASE_PATH=%s is the path %j', (BASE_PATH, basePath) => {
  expect(readConfig({ ...complete, BASE_PATH }).basePath).toBe(basePath);
});

test.each([
  'pay',
  '/pay/../x',
  '/a//b',
  '/pay?x',
  '/pay#x',
  '/a b',
  'https://example.com/pay',
  '/api',
  '/trpc/x',
])('BASE_PATH=%s is refused', (BASE_PATH) => {
  expect(problemsOf({ ...complete, BASE_PATH })).toEqual([expect.stringMatching(/BASE_PATH must (not )?be/)]);
});

test('an empty or blank variable counts as absent', () => {
  const names = ['NODE_ENV', 'HOST', 'PORT', 'DATABASE_URL', 'DATA_DIR', 'JWT_EXPIRES_IN', 'ADMIN_USERNAME'];
  const parts = ['DB_HOST', 'DB_PORT', 'DB_USERNAME', 'DB_PASSWORD', 'DB_DATABASE'];
  const more = [...parts, 'ADMIN_PASSWORD', 'CORS_ORIGIN', 'FRONTEND_URL', 'LOG_LEVEL', 'DEFAULT_CURRENCY'];
  for (const empty of ['', ' ']) {
    const blank = Object.fromEntries([...names, ...more].map((name) => [name, empty]));
    expect(readConfig({ ...blank, ...complete })).toEqual(defaults);
  }
});

test('every setting is read', () => {
  const config = readConfig({
    ...production,
    HOST: '::1',
    PORT: '8080',
    DATABASE_URL: 'postgresql://user:p%40ss@db:5432/paydeck',
    DATA_DIR: '/var/lib/paydeck',
    CORS_ORIGIN: 'https://a.example/path, https://b.example:8443 ,',
    FRONTEND_URL: 'https://c.example/dashboard',
    LOG_LEVEL: 'warn',
    DEFAULT_CURRENCY: 'JPY',
    EVENT_RETENTION_DAYS: '7',
    LIVE_MAX_SOCKETS_PER_USER: '20',
    LONG_READ_TIMEOUT_MS: '500',
    MAX_WAIT_MS: '700',
    SESSION_MAX_DAYS: '14',
    TRUST_PROXY: '10.0.0.0/8, loopback, 2001:db8::1,',
    REQUIRE_SECOND_FACTOR: 'admins',
    METRICS_TOKEN: 'a-token-for-prometheus',
    DOCS: 'off',
    HSTS_SUBDOMAINS: 'on',
  });
  expect(config).toMatchObject({
    environment: 'production',
    host: '::1',
    port: 8080,
    databaseUrl: 'postgresql://user:p%40ss@db:5432/paydeck',
    dataDir: '/var/lib/paydeck',
    firstAdmin: { username: 'operator', password: 'a password of their own', isDefault: false },
    allowedOrigins: ['https://a.example', 'https://b.example:8443', 'https://c.example'],
    logLevel: 'warn',
    defaultCurrency: 'JPY',
    eventRetentionDays: 7,
    liveConnectionsPerUser: 20,
    longReadTimeoutMs: 500,
    maxWaitMs: 700,
    sessionMaxDays: 14,
    trustedProxies: ['10.0.0.0/8', 'loopback', '2001:db8::1'],
    requireSecondFactor: 'admins',
    metricsToken: 'a-token-for-prometheus',
    servesDocs: false,
    hstsSubdomains: true,
  });
});

test.each([
  ['10s', 10],
  ['3600', 3_600],
  ['15m', 900],
  ['24h', 86_400],
  ['30d', 2_592_000],
])('JWT_EXPIRES_IN=%s is %i seconds', (text, expected) => {
  expect(readConfig({ ...complete, JWT_EXPIRES_IN: text }).accessTokenTtlSeconds).toBe(expected);
});

test.each([
  ['NODE_ENV', 'staging'],
  ['PORT', 'http'],
  ['PORT', '65536'],
  ['PORT', '-1'],
  ['PORT', '80.5'],
  ['PORT', '0x50'],
  ['PORT', '1e3'],
  ['DATABASE_URL', 'mysql://localhost/paydeck'],
  ['DATABASE_URL', 'localhost:5432'],
  ['DATABASE_URL', 'postgresql://user:50%@localhost/paydeck'],
  ['JWT_SECRET', 'too short'],
  ['JWT_EXPIRES_IN', '9s'],
  ['JWT_EXPIRES_IN', '31d'],
  ['SESSION_MAX_DAYS', '0'],
  ['SESSION_MAX_DAYS', '3651'],
  ['JWT_EXPIRES_IN', '1.5h'],
  ['JWT_EXPIRES_IN', 'soon'],
  ['JWT_EXPIRES_IN', '9'.repeat(400)],
  ['ADMIN_USERNAME', 'ab'],
  ['ADMIN_USERNAME', ' admin '],
  ['ADMIN_PASSWORD', 'short'],
  ['ADMIN_PASSWORD', 'ä'.repeat(37)],
  ['CORS_ORIGIN', 'https://a.example,localhost:8080'],
  ['CORS_ORIGIN', 'https://'],
  ['CORS_ORIGIN', 'https://*.example.com'],
  ['FRONTEND_URL', 'dashboard.example.com'],
  ['FRONTEND_URL', 'https://*.example.com'],
  ['LOG_LEVEL', 'verbose'],
  ['DEFAULT_CURRENCY', 'usd'],
  ['DEFAULT_CURRENCY', 'XYZ'],
  ['EVENT_RETENTION_DAYS', '0'],
  ['LIVE_MAX_SOCKETS_PER_USER', '0'],
  ['LONG_READ_TIMEOUT_MS', '0'],
  ['MAX_WAIT_MS', '20000'],
  ['TRUST_PROXY', 'proxy.example.com'],
  ['TRUST_PROXY', '10.0.0.0/33'],
  ['TRUST_PROXY', '1'],
  ['TRUST_PROXY', 'true'],
  ['REQUIRE_SECOND_FACTOR', 'viewers'],
])('%s=%s is refused with a message that names the variable', (name, value) => {
  const found = problemsOf({ ...complete, [name]: value });
  expect(found).toHaveLength(1);
  expect(found[0]).toMatch(new RegExp(`^  - ${name} must .+\\.$`));
});

describe('the parts of a database URL', () => {
  const parts = { DB_HOST: 'db.example', DB_USERNAME: 'paydeck', DB_DATABASE: 'payments' };
  const databaseUrl = (given: Record<string, string>) =>
    readConfig({ ...complete, ...parts, ...given }).databaseUrl;

  test('stand for DATABASE_URL', () => {
    expect(databaseUrl({})).toBe('postgresql://paydeck@db.example:5432/payments');
    expect(databaseUrl({ DB_PORT: '6432', DB_PASSWORD: 'secret' })).toBe(
      'postgresql://paydeck:secret@db.example:6432/payments',
    );
    expect(databaseUrl({ DB_HOST: '::1' })).toBe('postgresql://paydeck@[::1]:5432/payments');
  });

  test('keep every character of user, password and database', () => {
    fc.assert(
      fc.property(
        fc.tuple(...[1, 2, 3].map(() => fc.string({ unit: 'grapheme', minLength: 1 }).filter(hasText))),
        ([DB_USERNAME = '', DB_PASSWORD = '', DB_DATABASE = '']) => {
          const { username, password, host, pathname } = new URL(
            databaseUrl({ DB_USERNAME, DB_PASSWORD, DB_DATABASE }) ?? '',
          );
          expect(host).toBe('db.example:5432');
          expect([username, password, pathname.slice(1)].map(decodeURIComponent)).toEqual([
            DB_USERNAME,
            DB_PASSWORD,
            DB_DATABASE,
          ]);
        },
      ),
    );
  });

  test.each([
    [{ DB_HOST: 'db.example' }, ['DB_USERNAME', 'DB_DATABASE']],
    [{ DB_USERNAME: 'paydeck', DB_DATABASE: 'payments' }, ['DB_HOST']],
    [{ DB_PASSWORD: 'hunter2' }, ['DB_HOST', 'DB_USERNAME', 'DB_DATABASE']],
  ])('%j is not enough', (given, missing) => {
    const [first] = Object.keys(given);
    expect(problemsOf({ ...complete, ...given })).toEqual(
      missing.map((name) => `  - ${name} must be set too, because ${first} is. Or set DATABASE_URL instead.`),
    );
  });

  test.each([
    ['DB_HOST', 'db.example:5432'],
    ['DB_HOST', 'user@db.example'],
    ['DB_HOST', '/var/run/postgresql'],
    ['DB_PORT', '0'],
  ])('%s=%s is refused with a message that names the variable', (name, value) => {
    expect(problemsOf({ ...complete, ...parts, [name]: value })).toEqual([
      expect.stringMatching(new RegExp(`^  - ${name} must .+\\.$`)),
    ]);
  });

  test('give way to DATABASE_URL, and the server says so', () => {
    const DATABASE_URL = 'postgresql://elsewhere/paydeck';
    expect(readConfig({ ...complete, DATABASE_URL, DB_HOST: 'db.example', DB_PORT: '1' })).toMatchObject({
      databaseUrl: DATABASE_URL,
      notices: ['DATABASE_URL is set, so Paydeck ignores DB_HOST, DB_PORT.'],
    });
  });
});

test('a message does not repeat the value: it may be a secret', () => {
  expect(problemsOf({ JWT_SECRET: 'hunter2' }).join()).not.toContain('hunter2');
  expect(problemsOf({ ...complete, DATABASE_URL: 'mysql://u:hunter2@h' }).join()).not.toContain('hunter2');
});

describe('in production', () => {
  const without = (name: string) =>
    Object.fromEntries(Object.entries(production).filter(([n]) => n !== name));

  test('the server listens on all interfaces, and pages of other origins may not call', () => {
    expect(readConfig(production)).toMatchObject({ host: '0.0.0.0', allowedOrigins: [] });
  });

  test.each(['JWT_SECRET', 'ADMIN_USERNAME', 'ADMIN_PASSWORD'])('%s must be given', (name) => {
    expect(problemsOf(without(name))).toEqual([expect.stringContaining(`${name} must be set in production`)]);
  });

  test.each([
    ['JWT_SECRET', 'your-super-secret-jwt-key-minimum-32-characters'],
    ['JWT_SECRET', 'production-super-secret-key-minimum-32-characters'],
    ['ADMIN_PASSWORD', 'admin123'],
    ['CORS_ORIGIN', '*'],
    ['CORS_ORIGIN', 'https://a.example, *'],
  ])('%s=%s is refused', (name, value) => {
    expect(problemsOf({ ...production, [name]: value })).toEqual([expect.stringContaining(`${name} `)]);
  });

  test('a short secret is reported once', () => {
    expect(problemsOf({ ...production, JWT_SECRET: 'aaaa' })).toEqual([
      expect.stringContaining('JWT_SECRET must have at least 32 characters'),
    ]);
  });

  test('all problems are reported together', () => {
    const found = problemsOf({ NODE_ENV: 'production', PORT: 'x', CORS_ORIGIN: '*', LOG_LEVEL: 'x' });
    for (const name of ['PORT', 'LOG_LEVEL', 'JWT_SECRET', 'ADMIN_USERNAME', 'ADMIN_PASSWORD', 'CORS_ORIGIN'])
      expect(found).toContainEqual(expect.stringContaining(`- ${name} `));
    expect(found).toHaveLength(6);
  });
});

describe('the secret in DATA_DIR', () => {
  test('is made once, is readable by its owner only, and is used again', async () => {
    await using folder = await temporaryFolder();
    const DATA_DIR = join(folder.path, 'new');
    const first = readConfig({ DATA_DIR }).jwtSecret;
    expect(first.length).toBeGreaterThanOrEqual(32);
    expect(readConfig({ DATA_DIR }).jwtSecret).toBe(first);
    expect(await readdir(DATA_DIR)).toEqual(['jwt-secret']);
    expect((await stat(join(DATA_DIR, 'jwt-secret'))).mode & 0o777).toBe(0o600);
  });

  test('is not read when one is given', async () => {
    await using folder = await temporaryFolder();
    expect(readConfig({ ...complete, DATA_DIR: folder.path }).jwtSecret).toBe(secret);
    expect(await readdir(folder.path)).toEqual([]);
  });

  test('is not used when it is damaged', async () => {
    await using folder = await temporaryFolder();
    const file = join(folder.path, 'jwt-secret');
    await writeFile(file, '');
    expect(problemsOf({ DATA_DIR: folder.path }).join()).toContain(file);
    await writeFile(file, secret);
    expect(readConfig({ DATA_DIR: folder.path }).jwtSecret).toBe(await readFile(file, 'utf8'));
  });

  test('needs a folder that can be created', async () => {
    await using folder = await temporaryFolder();
    await writeFile(join(folder.path, 'file'), '');
    const DATA_DIR = join(folder.path, 'file', 'data');
    expect(problemsOf({ DATA_DIR })).toEqual([expect.stringContaining('DATA_DIR ')]);
  });
});
