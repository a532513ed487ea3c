import { authenticatorOf } from '@paydeck/api/testing/authenticator';
import { startTestServer } from '@paydeck/server/testing';
import { expect, test } from 'vitest';
import { openShell } from './run-paydeck.ts';

const password = { input: 'admin123\n' };
const fromStdin = '--password-stdin';

test('a user adds an authenticator, signs in with it, and removes it', async () => {
  await using server = await startTestServer();
  await using shell = await openShell({ PAYDECK_URL: server.url });
  await shell.run(['login', fromStdin], password);
  expect((await shell.run(['second-factor', 'show'])).stdout).toContain('You have no second factor.');

  const added = await shell.run(['second-factor', 'add', fromStdin], password);
  expect(added).toMatchObject({ code: 0, stdout: expect.stringContaining('second-factor confirm') });
  const [, secret = ''] = /type in ([A-Z2-7]{32})\n/.exec(added.stderr) ?? [];
  expect(added.stderr).toMatch(/[▀▄█]/);
  const authenticator = authenticatorOf(secret);

  expect(await shell.run(['second-factor', 'confirm', 'wrong'])).toMatchObject({ code: 3, stdout: '' });
  const confirmed = await shell.run(['second-factor', 'confirm', authenticator.code(-1)]);
  expect(confirmed).toMatchObject({ code: 0, stderr: expect.stringContaining('only once') });
  const codes = confirmed.stdout.trim().split('\n');
  expect(codes).toHaveLength(10);
  expect((await shell.run(['second-factor', 'show'])).stdout).toContain('Recovery codes left: 10.');
  expect((await shell.run(['users', 'list'])).stdout).toMatch(/admin .* yes .* yes/);

  expect(await shell.run(['login', fromStdin], password)).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('Add --code'),
  });
  expect(await shell.run(['login', fromStdin, '--code', 'wrong'], password)).toMatchObject({
    code: 3,
    stderr: expect.stringContaining('The code is wrong'),
  });
  const byStdin = { input: `admin123\n${authenticator.code()}\n` };
  expect(await shell.run(['login', fromStdin], byStdin)).toMatchObject({ code: 0 });
  const byCode = await shell.run(['login', fromStdin, '--code', codes[0] ?? ''], password);
  expect(byCode).toMatchObject({ code: 0, stdout: expect.stringContaining('Signed in as admin') });

  const renewed = await shell.run(['second-factor', 'recovery-codes', fromStdin], password);
  expect(renewed.stdout.trim().split('\n')).toHaveLength(10);
  expect(await shell.run(['second-factor', 'remove', fromStdin], password)).toMatchObject({ code: 0 });
  expect(await shell.run(['login', fromStdin], password)).toMatchObject({ code: 0 });
});

test('an admin removes the second factor of another user', async () => {
  await using server = await startTestServer();
  await using shell = await openShell({ PAYDECK_URL: server.url });
  await shell.run(['login', fromStdin], password);
  await shell.run(['users', 'create', 'vera', fromStdin], { input: 'vera-watches' });
  await using other = await openShell({ PAYDECK_URL: server.url });
  await other.run(['login', 'vera', fromStdin], { input: 'vera-watches' });
  const added = await other.run(['second-factor', 'add', '--json', fromStdin], { input: 'vera-watches' });
  const { secret } = JSON.parse(added.stdout);
  await other.run(['second-factor', 'confirm', authenticatorOf(secret).code()]);

  expect(await shell.run(['users', 'remove-second-factor', 'vera'])).toMatchObject({ code: 0 });
  expect(await other.run(['whoami'])).toMatchObject({ code: 3 });
  expect(await other.run(['login', 'vera', fromStdin], { input: 'vera-watches' })).toMatchObject({ code: 0 });
  expect(await shell.run(['users', 'remove-second-factor', 'vera'])).toMatchObject({ code: 4 });
});
