import { readFile, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { startTestServer } from '@paydeck/server/testing';
import { expect, test } from 'vitest';
import { openServerAndShell, openShell } from './run-paydeck.ts';

test('only the owner can read the stored sign-in; later commands use it, and logout ends it', async () => {
  await using server = await startTestServer();
  await using shell = await openShell({ PAYDECK_URL: server.url });
  expect(await shell.run(['whoami'])).toMatchObject({
    code: 3,
    stderr: expect.stringContaining('paydeck login'),
  });

  expect(await shell.run(['login', 'admin', '--password-stdin'], { input: 'admin123\n' })).toEqual({
    code: 0,
    stdout: `Signed in as admin (admin) at ${server.url}.\n`,
    stderr: '',
  });
  const file = join(shell.folder, 'paydeck/credentials.json');
  expect((await stat(file)).mode & 0o777).toBe(0o600);
  expect(await readFile(file, 'utf8')).not.toContain('admin123');
  expect(await shell.run(['whoami'])).toEqual({
    code: 0,
    stdout: `admin (admin), at ${server.url}\n`,
    stderr: '',
  });
  const { stdout } = await shell.run(['whoami', '--json']);
  expect(JSON.parse(stdout)).toMatchObject({ username: 'admin', role: 'admin' });

  const kept = await readFile(file, 'utf8');
  expect(await shell.run(['logout'])).toMatchObject({ code: 0, stdout: `Signed out at ${server.url}.\n` });
  expect(await shell.run(['whoami'])).toMatchObject({ code: 3 });
  await writeFile(file, kept);
  expect(await shell.run(['whoami'])).toMatchObject({
    code: 3,
    stderr: expect.stringContaining('has ended'),
  });
});

test('a wrong password, and a password that cannot be asked for', async () => {
  await using server = await startTestServer();
  await using shell = await openShell({ PAYDECK_URL: server.url });
  const wrong = await shell.run(['login', '--password-stdin'], { input: 'wrong' });
  expect(wrong).toEqual({
    code: 3,
    stdout: '',
    stderr: 'paydeck: The user name or the password is wrong.\n',
  });
  expect(await shell.run(['login'])).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('--password-stdin'),
  });
});

test('an API key replaces the sign-in, until it is revoked', async () => {
  await using env = await openServerAndShell('viewer');
  expect(await env.run(['whoami'])).toMatchObject({
    code: 0,
    stdout: `admin (viewer), with the API key “script”, at ${env.server.url}\n`,
  });
  const payment = ['--amount', '1', '--method', 'credit_card', '--receiver', 'Bob'];
  expect(await env.run(['payments', 'create', ...payment])).toMatchObject({
    code: 3,
    stderr: expect.stringContaining('Only an admin'),
  });
  await env.admin.api.apiKeys.revoke.mutate({ id: env.keyId });
  for (const args of [['payments', 'list'], ['payments', 'export'], ['payments', 'tail'], ['verify']])
    expect(await env.run(args), args.join(' ')).toMatchObject({
      code: 3,
      stdout: '',
      stderr: 'paydeck: This API key is unknown, was revoked, or has expired.\n',
    });
});

test('no server, or another server, at the address', async () => {
  await using shell = await openShell({ PAYDECK_API_KEY: 'pdk_x', PAYDECK_URL: 'http://127.0.0.1:1' });
  const unreachable = { code: 5, stdout: '', stderr: expect.stringContaining('cannot be reached') };
  expect(await shell.run(['payments', 'list'])).toEqual(unreachable);

  const notSignedIn = { environment: { PAYDECK_API_KEY: '' } };
  expect(await shell.run(['payments', 'list'], notSignedIn)).toEqual({
    code: 5,
    stdout: '',
    stderr: expect.stringContaining('No Paydeck server answers at http://127.0.0.1:1.'),
  });

  await using other = createServer((_, response) => void response.writeHead(404).end('<html>'));
  await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
  const address = other.address();
  const url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
  const otherServer = { code: 5, stderr: expect.stringMatching(/Check --url\.\n$/) };
  expect(await shell.run(['payments', 'list', '--url', url])).toMatchObject(otherServer);
});
