import { createClient } from '@paydeck/client';
import { startTestServer } from '@paydeck/server/testing';
import { expect, test } from 'vitest';
import { jsonLines, openShell } from './run-paydeck.ts';

test('an admin adds a user with a link, with which the user sets the first password', async () => {
  await using server = await startTestServer();
  await using shell = await openShell({ PAYDECK_URL: server.url });
  await shell.run(['login', 'admin', '--password-stdin'], { input: 'admin123' });
  const users = (...args: string[]) => shell.run(['users', ...args]);

  expect(await users('password-links')).toMatchObject({
    code: 0,
    stdout: 'There are no valid password links.\n',
  });
  const added = await users('create', 'jane', '--link');
  expect(added).toMatchObject({
    code: 0,
    stderr: expect.stringMatching(/^With this link, jane sets a password/),
  });
  const [address, token = ''] = added.stdout.trim().split('#');
  expect(address).toBe(`${server.url}/set-password`);

  const links = await users('password-links', '--json');
  expect(jsonLines(links.stdout)).toMatchObject([{ username: 'jane', createdBy: 'admin' }]);
  await using client = createClient({ url: server.url });
  expect(
    await client.api.passwordLinks.setPassword.mutate({ token, password: 'a password of hers' }),
  ).toEqual({
    username: 'jane',
  });
  const login = await shell.run(['login', 'jane', '--password-stdin'], { input: 'a password of hers' });
  expect(login).toMatchObject({ code: 0 });
});

test('a link is made for a known user only, and can be revoked', async () => {
  await using server = await startTestServer();
  await using shell = await openShell({ PAYDECK_URL: server.url });
  await shell.run(['login', 'admin', '--password-stdin'], { input: 'admin123' });
  const users = (...args: string[]) => shell.run(['users', ...args], { input: 'a password of hers\n' });
  await users('create', 'jane', '--password-stdin');

  expect(await users('create', 'joe', '--link', '--password-stdin')).toMatchObject({ code: 2 });
  expect(await users('password-link', 'joe')).toMatchObject({ code: 4 });
  expect(await users('password-link', 'admin')).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('must not be your own'),
  });
  expect(await users('revoke-password-link', 'jane')).toMatchObject({ code: 4 });
  const made = await users('password-link', 'JANE', '--json');
  expect(JSON.parse(made.stdout)).toMatchObject({ username: 'jane', link: expect.stringContaining('#') });
  expect(await users('revoke-password-link', 'jane')).toMatchObject({ code: 0, stdout: 'Revoked.\n' });
  expect(await users('revoke-password-link', 'jane')).toMatchObject({ code: 4 });
});
