import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createTestDatabase } from '@paydeck/db/testing';
import { startTestServer } from '@paydeck/server/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { freePort, openShell, type Shell } from './run-paydeck.ts';

const count = 20_000;
const args = ['payments', 'import', 'many.jsonl', '--json'];
const waiting = { interval: 10, timeout: 30_000 };

let shell: Shell;
beforeAll(async () => {
  shell = await openShell();
  const lines = Array.from({ length: count }, (_, n) =>
    JSON.stringify({
      amount: n + 1,
      currency: 'USD',
      method: 'credit_card',
      receiver: 'Ada',
      createdAt: '2025-01-01',
    }),
  );
  await writeFile(join(shell.folder, 'many.jsonl'), lines.join('\n'));
});
afterAll(() => shell[Symbol.asyncDispose]());

/** A server that can be restarted at the same address, and the environment in which the shell uses it. */
async function startServer() {
  const database = await createTestDatabase();
  const port = await freePort();
  const start = () => startTestServer({ database, environment: { PORT: port } });
  const server = await start();
  const admin = await server.signedInClient();
  const { key } = await admin.api.apiKeys.create.mutate({ name: 'import', role: 'admin' });
  const totalNow = async () => (await admin.api.payments.list.query({ limit: 1 })).total;
  return {
    server,
    restart: start,
    environment: { PAYDECK_URL: server.url, PAYDECK_API_KEY: key },
    totalNow,
    /** Resolves when an import has started to write. */
    hasStarted: () => expect.poll(totalNow, waiting).toBeGreaterThan(0),
    [Symbol.asyncDispose]: () => database[Symbol.asyncDispose](),
  };
}

test('an interrupted import continues where it stopped', async () => {
  await using env = await startServer();
  await using _server = env.server;
  const { environment } = env;
  const first = shell.start(args, { environment });
  await env.hasStarted();
  first.kill('SIGINT');
  const interrupted = await first.ended;
  expect(interrupted).toMatchObject({
    code: 130,
    stderr: expect.stringContaining('Run the same command again to continue.'),
  });
  const { created, complete } = JSON.parse(interrupted.stdout);
  expect({ created, complete }).toEqual({ created: await env.totalNow(), complete: false });

  const { code, stdout } = await shell.run(args, { environment });
  expect({ code, counts: JSON.parse(stdout) }).toMatchObject({
    code: 0,
    counts: { created: count - created, skipped: created },
  });
  expect(await shell.run(['verify'], { environment })).toMatchObject({ code: 0 });
});

test('an import can be interrupted while it waits for more input', async () => {
  await using env = await startServer();
  await using _server = env.server;
  const { environment } = env;
  for (const [format, input] of [
    ['csv', `Amount,Method,Receiver\n${'1,credit_card,Ada\n'.repeat(600)}`],
    ['jsonl', '{"amount":2,"method":"credit_card","receiver":"Ada"}\n'.repeat(600)],
  ] as const) {
    const before = await env.totalNow();
    const importing = ['payments', 'import', '-', '--format', format, '--json'];
    const child = shell.start(importing, { environment, input, hasMoreInput: true });
    await expect.poll(env.totalNow, waiting).toBe(before + 500);
    child.kill('SIGINT');
    const { code, stdout } = await child.ended;
    expect({ code, ...JSON.parse(stdout) }).toMatchObject({ code: 130, created: 500, complete: false });
  }
});

test('an import continues when nobody reads its notes any more', async () => {
  await using env = await startServer();
  await using _server = env.server;
  const rows = 'no payment\n'.repeat(10) + '{"amount":2,"method":"credit_card","receiver":"Ada"}\n'.repeat(5);
  const importing = ['payments', 'import', '-', '--format', 'jsonl', '--json'];
  const child = shell.start(importing, { environment: env.environment, input: rows });
  child.stderr?.destroy();
  const { code, stdout } = await child.ended;
  expect({ code, ...JSON.parse(stdout) }).toMatchObject({ code: 1, created: 5, bad: 10, complete: true });
});

test('an import survives a restart of the server; without patience it fails', async () => {
  await using env = await startServer();
  const { environment } = env;
  const patient = shell.start(args, { environment });
  await env.hasStarted();
  await env.server[Symbol.asyncDispose]();
  const impatient = await shell.run([...args, '--patience', '0'], { environment });
  expect(impatient).toEqual({ code: 5, stdout: '', stderr: expect.stringContaining('cannot be reached') });

  await using _server = await env.restart();
  const { code, stdout, stderr } = await patient.ended;
  expect({ code, stderr }).toMatchObject({
    code: 0,
    stderr: expect.stringContaining('Waiting for the server.'),
  });
  const { created, skipped } = JSON.parse(stdout);
  expect(created + skipped).toBe(count);
  expect(await shell.run(['verify', '--json'], { environment })).toMatchObject({
    code: 0,
    stdout: expect.stringContaining(`"payments": ${count}`),
  });
});
