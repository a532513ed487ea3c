import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { rollbackMigration } from '@paydeck/db/migrate';
import { createTestDatabase } from '@paydeck/db/testing';
import { endChildWithThisProcess } from '@paydeck/db/testing/end-with-this-process';
import { expect, test, vi } from 'vitest';
import { spawnServer } from '../testing/spawn-server.ts';
import { adminCredentials } from '../testing/start-test-server.ts';
import { ended, temporaryData } from '../testing/temporary-data.ts';
import { bearer, post, send, signIn } from './plain-fetch.ts';

const secret = 'a-secret-that-only-the-tests-know-0123456789';
const payment = { amountMinor: 1_250, method: 'credit_card', status: 'success', receiver: 'John Doe' };

/** Runs a program of the server until it ends. `name` is its path in `src`. */
async function run(name: 'main' | 'tasks/verify', environment: Record<string, string>) {
  const program = fileURLToPath(new URL(`../src/${name}.ts`, import.meta.url));
  const child: ChildProcess = spawn(process.execPath, [program], {
    env: { PATH: process.env.PATH, NODE_ENV: 'test', JWT_SECRET: secret, PORT: '0', ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  endChildWithThisProcess(child);
  const exited = once(child, 'exit');
  const [output, errors] = await Promise.all(
    [child.stdout, child.stderr].map((out) => (out ? text(out) : '')),
  );
  await exited;
  return { code: child.exitCode, output, errors };
}

test('an embedded server prints its URL and how to sign in, works beside tasks, and leaves no process behind', async () => {
  await using data = await temporaryData();
  const DATA_DIR = data.dataDir;
  const server = await spawnServer({ DATA_DIR });
  const greeting = [
    `Paydeck is ready at ${server.url}`,
    'Sign in as admin with password admin123.',
    'This is the development default. Change it before anyone else can reach this server.',
    '',
    // It does not have the port that clients try by default.
    `Before you run demo, paydeck or an example in another terminal: export PAYDECK_URL=${server.url}`,
  ];
  await vi.waitFor(() => expect(server.output()).toContain(greeting.join('\n')));
  const token = await signIn(server.url, adminCredentials);
  const create = () => send(`${server.url}/trpc/payments.create`, post(payment, bearer(token)));
  expect((await create()).status).toBe(200);
  const postmaster = data.postmasterPid();

  const [beside, second] = await Promise.all([run('tasks/verify', { DATA_DIR }), run('main', { DATA_DIR })]);
  expect(beside).toMatchObject({ code: 0, errors: '' });
  expect(beside.output).toMatch(
    /^Every rollup equals its payments: 1 payment recomputed in .* s\.\nThe audit log is as it was written: \d+ rows, the newest is \d+:[0-9a-f]{64}\.\n$/,
  );
  expect(second).toMatchObject({ code: 1, output: '' });
  expect(second.errors).toMatch(
    new RegExp(`^Another Paydeck server \\(process ${server.process.pid}\\) is using .*DATA_DIR.*\\n$`),
  );
  expect((await create()).status).toBe(200);

  expect(await server.end('SIGTERM')).toBe(0);
  await ended(postmaster);
  expect(server.output()).toContain('SIGTERM: finishing requests and closing the database.');

  const alone = await run('tasks/verify', { DATA_DIR });
  expect(alone).toMatchObject({ code: 0, output: expect.stringContaining('2 payments recomputed') });
  expect(existsSync(join(DATA_DIR, 'postgres', 'postmaster.pid'))).toBe(false);
});

test.each(['SIGTERM', 'SIGINT'] as const)('%s lets running requests finish', async (signal) => {
  await using database = await createTestDatabase();
  await using server = await spawnServer({ DATABASE_URL: database.url });
  const token = await signIn(server.url, adminCredentials);

  // A lock keeps the request in the database until the test releases it.
  const { promise: mayFinish, resolve: finish } = Promise.withResolvers<void>();
  const locker = database.db.dedicatedClient();
  const { promise: locked, resolve: hasLocked } = Promise.withResolvers<void>();
  const holding = locker.begin(async (transaction) => {
    await transaction`lock table payments in access exclusive mode`;
    hasLocked();
    await mayFinish;
  });
  await locked;
  const running = send(`${server.url}/trpc/payments.create`, post(payment, bearer(token)));
  const waiting = () =>
    database.db.orm.execute(
      `select 1 from pg_locks where not granted and database = (select oid from pg_database where datname = current_database())`,
    );
  await vi.waitFor(async () => expect(await waiting()).toHaveLength(1), { interval: 10, timeout: 5_000 });

  const exit = server.end(signal);
  await vi.waitFor(() => expect(server.output()).toContain(`${signal}: finishing requests`), {
    interval: 10,
  });
  await vi.waitFor(() => expect(fetch(`${server.url}/health`)).rejects.toThrow(), { interval: 10 });
  expect(server.process.exitCode).toBeNull();
  const finishedAt = performance.now();
  finish();
  await holding;

  expect(await running).toMatchObject({ status: 200 });
  expect(await exit).toBe(0);
  // Long before remaining connections are cut: the server does not wait for the connection of the finished request.
  expect(performance.now() - finishedAt).toBeLessThan(5_000);
  expect(await database.db.orm.execute('select receiver from payments')).toEqual([{ receiver: 'John Doe' }]);
  await locker.end();
});

test('a server that can’t start prints the reason in a few lines, without a stack trace', async () => {
  const taken = createServer().listen(0, '127.0.0.1');
  await once(taken, 'listening');
  const address = taken.address();
  const port = typeof address === 'object' ? String(address?.port) : '';
  await using database = await createTestDatabase();
  const wrongPassword = new URL(database.url);
  wrongPassword.password = 'a-wrong-password';
  const noDatabase = new URL(database.url);
  noDatabase.pathname = '/no_such_database';

  const cases: [Record<string, string>, RegExp][] = [
    [
      { PORT: 'http', LOG_LEVEL: 'loud' },
      /^The configuration is invalid\. .*:\n {2}- PORT must .*\.\n {2}- LOG_LEVEL must .*\n$/,
    ],
    [{ DATABASE_URL: database.url, PORT: port }, new RegExp(`^Port ${port} is in use\\. .*\\n$`)],
    // The port is asked for before the database.
    [{ DATABASE_URL: wrongPassword.href, PORT: port }, new RegExp(`^Port ${port} is in use\\. .*\\n$`)],
    [
      { DATABASE_URL: wrongPassword.href, HOST: '192.0.2.1' },
      /^192\.0\.2\.1 is not an address of this machine\. .*\n$/,
    ],
    [
      { DATABASE_URL: `postgres://u:hunter2@127.0.0.1:${port.replace(/./, '1')}/x` },
      /^The database at .*\n$/,
    ],
    [
      { DATABASE_URL: noDatabase.href },
      /^The database at \S+\/no_such_database can't be used: .*DATABASE_URL\.\n$/,
    ],
    [{ DATABASE_URL: wrongPassword.href }, /^The database at .*: password authentication failed .*\n$/],
  ];
  const outcomes = await Promise.all(
    cases.map(([environment]) => run('main', { LOG_LEVEL: 'warn', ...environment })),
  );
  for (const [n, [, expected]] of cases.entries()) {
    expect(outcomes[n]).toMatchObject({ code: 1, output: '' });
    expect(outcomes[n]?.errors).toMatch(expected);
    expect(outcomes[n]?.errors).not.toMatch(/hunter2|a-wrong-password|\n {4}at /);
  }
  taken.close();
});

test('a server does not start on amounts with other decimals than it expects, and verify reports them', async () => {
  await using database = await createTestDatabase();
  const DATABASE_URL = database.url;
  await using server = await spawnServer({ DATABASE_URL });
  const token = await signIn(server.url, adminCredentials);
  const recorded = await send(`${server.url}/trpc/payments.create`, post(payment, bearer(token)));
  expect(recorded.status).toBe(200);
  await server.end('SIGTERM');
  await database.db.orm.execute(`update currencies set exponent = 3 where code = 'USD'`);

  expect(await run('main', { DATABASE_URL })).toEqual({
    code: 1,
    output: '',
    errors:
      'The database stores amounts in USD with 3 decimals, and this version of Paydeck expects 2. Start the version ' +
      'that wrote them, or see “Decimals of currencies” in docs/database.md.\n',
  });
  expect(await run('tasks/verify', { DATABASE_URL })).toEqual({
    code: 1,
    output:
      'USD: stored with 3 decimals, expected 2\n' +
      'Paydeck would misread amounts in these currencies. See “Decimals of currencies” in docs/database.md.\n',
    errors: '',
  });

  await rollbackMigration(database.db);
  expect(await run('tasks/verify', { DATABASE_URL })).toEqual({
    code: 1,
    output:
      'The database lacks migrations of this version. Run db:migrate or start the server, then verify again.\n',
    errors: '',
  });
});

test('the parts of a database URL lead to that database, unless DATABASE_URL is set too', async () => {
  await using database = await createTestDatabase();
  const { hostname, port, username, password, pathname } = new URL(database.url);
  const parts = {
    DB_HOST: hostname,
    DB_PORT: port,
    DB_USERNAME: decodeURIComponent(username),
    DB_PASSWORD: decodeURIComponent(password),
    DB_DATABASE: pathname.slice(1),
  };
  const verified = { code: 0, output: expect.stringMatching(/^Every rollup equals its payments/) };
  expect(await run('tasks/verify', parts)).toMatchObject({ ...verified, errors: '' });
  const overridden = { DATABASE_URL: database.url, DB_HOST: 'nowhere.invalid' };
  expect(await run('tasks/verify', overridden)).toMatchObject({
    ...verified,
    errors: 'DATABASE_URL is set, so Paydeck ignores DB_HOST.\n',
  });
});

test('two servers that start at the same time on an empty database both work, with one admin', async () => {
  await using database = await createTestDatabase({ empty: true });
  const servers = await Promise.all([1, 2].map(() => spawnServer({ DATABASE_URL: database.url })));
  const tokens = await Promise.all(servers.map(({ url }) => signIn(url)));
  for (const [n, { url }] of servers.entries()) {
    const { body } = await send(`${url}/trpc/users.list`, { headers: bearer(tokens[1 - n] ?? '') });
    const users = [{ username: 'admin', role: 'admin', active: true }];
    expect(body).toMatchObject({ result: { data: { json: users } } });
  }
  expect(await Promise.all(servers.map(({ end }) => end('SIGTERM')))).toEqual([0, 0]);
  await Promise.all(servers.map(({ process }) => ended(process.pid ?? 0)));
});
