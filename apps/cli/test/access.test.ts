import { createClient } from '@paydeck/client';
import { createTestDatabase } from '@paydeck/db/testing';
import { startTestServer } from '@paydeck/server/testing';
import { expect, test } from 'vitest';
import { jsonLines, openServerAndShell, openShell } from './run-paydeck.ts';

async function signedInShell(url: string, username = 'admin', password = 'admin123') {
  const shell = await openShell({ PAYDECK_URL: url });
  const { code } = await shell.run(['login', username, '--password-stdin'], { input: password });
  expect(code).toBe(0);
  return shell;
}

test('an admin manages the users', async () => {
  await using server = await startTestServer();
  await using shell = await signedInShell(server.url);
  const users = (...args: string[]) => shell.run(['users', ...args], { input: 'a password of hers\n' });
  expect(await users('create', 'jane', '--password-stdin')).toEqual({
    code: 0,
    stdout: 'jane: viewer\n',
    stderr: '',
  });
  expect(await users('create', 'Jane', '--password-stdin')).toMatchObject({ code: 4 });
  expect(await users('create', 'j', '--password-stdin')).toMatchObject({ code: 2 });
  await using jane = await signedInShell(server.url, 'jane', 'a password of hers');
  expect(await jane.run(['users', 'list'])).toMatchObject({ code: 3, stdout: '' });

  expect(await users('set-role', 'JANE', 'admin')).toMatchObject({ code: 0, stdout: 'jane: admin\n' });
  expect(await jane.run(['users', 'list'])).toMatchObject({ code: 0 });
  expect(await users('set-role', 'jane', 'owner')).toMatchObject({ code: 2 });
  expect(await users('set-role', 'joe', 'admin')).toMatchObject({ code: 4 });

  expect(await users('reset-password', 'jane', '--password-stdin')).toMatchObject({ code: 0 });
  expect(await jane.run(['whoami'])).toMatchObject({ code: 3 });
  expect(await users('deactivate', 'jane')).toMatchObject({ code: 0, stdout: 'jane: admin, deactivated\n' });
  expect(await users('activate', 'jane', '--json')).toMatchObject({ code: 0 });
  expect(await users('deactivate', 'admin')).toMatchObject({ code: 0 });
  expect(await shell.run(['whoami'])).toMatchObject({ code: 3 });
});

test('an admin manages the API keys, and only the key itself goes to stdout', async () => {
  await using server = await startTestServer();
  await using shell = await signedInShell(server.url);
  const created = await shell.run(['keys', 'create', 'nightly', '--expires', '2999-01-01']);
  expect(created).toMatchObject({ code: 0, stdout: expect.stringMatching(/^pdk_[\w-]{43}\n$/) });
  const environment = { PAYDECK_API_KEY: created.stdout.trim() };
  expect((await shell.run(['whoami'], { environment })).stdout).toContain(
    'admin (viewer), with the API key “nightly”',
  );

  const { stdout } = await shell.run(['keys', 'list', '--json']);
  expect(jsonLines(stdout)).toMatchObject([
    { name: 'nightly', role: 'viewer', expiresAt: '2999-01-01T00:00:00.000Z' },
  ]);
  const { id } = JSON.parse(stdout);
  expect(await shell.run(['keys', 'revoke', id])).toMatchObject({ code: 0 });
  expect(await shell.run(['whoami'], { environment })).toMatchObject({ code: 3 });
  expect((await shell.run(['keys', 'list'])).stdout).toMatch(
    /nightly +pdk_….{4} +viewer +admin .* revoked 20/,
  );
  expect(await shell.run(['keys', 'revoke', '00000000-0000-7000-8000-00000000dead'])).toMatchObject({
    code: 4,
  });
  expect(await shell.run(['keys', 'create', 'late', '--expires', '2020-01-01'])).toMatchObject({ code: 2 });
});

test('a wrong API key is reported as such, not as a sign-in that has ended', async () => {
  await using env = await openServerAndShell();
  for (const [PAYDECK_API_KEY, stderr] of [
    ['secret', 'paydeck: That is not an API key. Paste it exactly as it was shown.\n'],
    ['pdk_unknown', 'paydeck: This API key is unknown, was revoked, or has expired.\n'],
  ] as const) {
    const refused = await env.run(['payments', 'list'], { environment: { PAYDECK_API_KEY } });
    expect(refused).toEqual({ code: 3, stdout: '', stderr });
  }
});

test('an API key can manage neither', async () => {
  await using env = await openServerAndShell();
  expect(await env.run(['users', 'list'])).toMatchObject({ code: 0 });
  const refused = { code: 3, stdout: '', stderr: expect.stringContaining('An API key may not do this') };
  expect(await env.run(['keys', 'create', 'more'])).toEqual(refused);
  expect(await env.run(['users', 'set-role', 'admin', 'viewer'])).toEqual(refused);
});

test('users end their sessions, and admins those of other users', async () => {
  await using server = await startTestServer();
  const admin = await server.signedInClient();
  const hers = { username: 'jane', password: 'a password of hers' };
  const { id: userId } = await admin.api.users.create.mutate(hers);
  await using other = createClient({ url: server.url });
  await other.signIn(hers);
  await using jane = await signedInShell(server.url, hers.username, hers.password);

  const { stdout } = await jane.run(['sessions', 'list', '--json']);
  expect(jsonLines(stdout)).toMatchObject([{ userId, current: true }, { current: false }]);
  expect(await jane.run(['sessions', 'list', '--user', 'admin'])).toMatchObject({ code: 3, stdout: '' });
  expect(await jane.run(['sessions', 'end-all'])).toMatchObject({ code: 0, stdout: 'Ended 1 session.\n' });
  await expect(other.api.auth.me.query()).rejects.toThrow('session has ended');
  const { id } = JSON.parse(stdout.split('\n')[0] ?? '');
  expect((await jane.run(['sessions', 'list'])).stdout).toMatch(new RegExp(`${id} .* this session`));
  expect(await jane.run(['sessions', 'end', id])).toMatchObject({ code: 0, stdout: 'Ended.\n' });
  expect(await jane.run(['sessions', 'list'])).toMatchObject({ code: 3 });
});

test('an admin ends the sessions of a user by name', async () => {
  await using server = await startTestServer();
  await using shell = await signedInShell(server.url);
  const ended = await shell.run(['sessions', 'end-all', '--user', 'ADMIN', '--including-this', '--json']);
  expect({ ...ended, stdout: JSON.parse(ended.stdout) }).toEqual({
    code: 0,
    stdout: { ended: 1 },
    stderr: '',
  });
  expect(await shell.run(['whoami'])).toMatchObject({ code: 3 });
});

test('without a terminal, an old sign-in gives no access to others', async () => {
  await using database = await createTestDatabase();
  await using server = await startTestServer({ database });
  await using shell = await signedInShell(server.url);
  await database.db.orm.execute(`update sessions set created_at = created_at - interval '301 seconds'`);
  expect(await shell.run(['keys', 'create', 'late'])).toEqual({
    code: 3,
    stdout: '',
    stderr:
      'paydeck: This needs a sign-in from the last 5 minutes. Run `paydeck login`, then run the command again.\n',
  });
  expect(await shell.run(['keys', 'list'])).toMatchObject({ code: 0 });
  await shell.run(['login', '--password-stdin'], { input: 'admin123' });
  expect(await shell.run(['keys', 'create', 'late'])).toMatchObject({ code: 0 });
});
