import { authenticatorOf } from '@paydeck/api/testing/authenticator';
import { createClient } from '@paydeck/client';
import { adminCredentials, startTestServer } from '@paydeck/server/testing';
import { expect, test } from 'vitest';
import { jsonLines, openShell, type Shell } from './run-paydeck.ts';

const password = { input: `${adminCredentials.password}\n` };
const fromStdin = '--password-stdin';

/** A server whose admin is signed in on the command line. */
async function openSignedInShell() {
  const scope = new AsyncDisposableStack();
  const server = scope.use(await startTestServer());
  const shell = scope.use(await openShell({ PAYDECK_URL: server.url }));
  await shell.run(['login', fromStdin], password);
  return { server, ...shell, [Symbol.asyncDispose]: () => scope.disposeAsync() };
}

/** Adds an authenticator through the API, confirmed with the code of the step before this one. */
async function addAuthenticator(server: Awaited<ReturnType<typeof startTestServer>>) {
  const { api } = await server.signedInClient();
  const { secret } = await api.secondFactor.enrolTotp.mutate({ password: adminCredentials.password });
  const authenticator = authenticatorOf(secret);
  const confirmed = await api.secondFactor.confirmTotp.mutate({ code: authenticator.code(-1) });
  return { authenticator, ...confirmed };
}

const show = async (shell: Pick<Shell, 'run'>) => (await shell.run(['second-factor', 'show'])).stdout;

test('a user adds and confirms an authenticator', async () => {
  await using shell = await openSignedInShell();
  expect(await show(shell)).toContain('You have no second factor.');
  const added = await shell.run(['second-factor', 'add', fromStdin], password);
  expect(added).toMatchObject({ code: 0, stdout: expect.stringContaining('second-factor confirm') });
  const [, secret = ''] = /type in ([A-Z2-7]{32})\n/.exec(added.stderr) ?? [];
  expect(added.stderr).toMatch(/[▀▄█]/);
  expect(await shell.run(['second-factor', 'confirm', 'wrong'])).toMatchObject({ code: 3, stdout: '' });
  const confirmed = await shell.run(['second-factor', 'confirm', authenticatorOf(secret).code()]);
  expect(confirmed).toMatchObject({ code: 0, stderr: expect.stringContaining('only once') });
  expect(confirmed.stdout.trim().split('\n')).toHaveLength(10);
  expect(await show(shell)).toContain('Recovery codes left: 10.');
});

test('a sign-in takes the code from --code or from the second line of stdin', async () => {
  await using server = await startTestServer();
  await using shell = await openShell({ PAYDECK_URL: server.url });
  const { authenticator, recoveryCodes } = await addAuthenticator(server);
  const login = (input: string, ...options: string[]) =>
    shell.run(['login', fromStdin, ...options], { input });
  expect(await login('admin123\n')).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('Add --code'),
  });
  expect(await login('admin123\n', '--code', 'wrong')).toMatchObject({
    code: 3,
    stderr: expect.stringContaining('The code is wrong'),
  });
  expect(await login(`admin123\n${authenticator.code()}\n`)).toMatchObject({ code: 0 });
  expect(await login('admin123\n', '--code', recoveryCodes[0] ?? '')).toMatchObject({
    code: 0,
    stdout: expect.stringContaining('Signed in as admin'),
  });
});

test('a user renews the recovery codes and removes the authenticator', async () => {
  await using shell = await openSignedInShell();
  const { recoveryCodes } = await addAuthenticator(shell.server);
  await shell.run(['login', fromStdin, '--code', recoveryCodes[0] ?? ''], password);
  const renewed = await shell.run(['second-factor', 'recovery-codes', fromStdin], password);
  expect(renewed.stdout.trim().split('\n')).toHaveLength(10);
  expect(renewed.stdout).not.toContain(recoveryCodes[1]);
  expect(await shell.run(['second-factor', 'remove', fromStdin], password)).toMatchObject({ code: 0 });
  expect(await shell.run(['login', fromStdin], password)).toMatchObject({ code: 0 });
});

test('an admin sees who has a second factor, and removes it', async () => {
  await using shell = await openSignedInShell();
  const admin = await shell.server.signedInClient();
  const vera = { username: 'vera', password: 'vera-watches' };
  await admin.api.users.create.mutate(vera);
  await using other = createClient({ url: shell.server.url });
  await other.signIn(vera);
  const { secret } = await other.api.secondFactor.enrolTotp.mutate({ password: vera.password });
  await other.api.secondFactor.confirmTotp.mutate({ code: authenticatorOf(secret).code() });

  const { stdout } = await shell.run(['users', 'list', '--json']);
  expect(jsonLines(stdout)).toMatchObject([{ hasSecondFactor: false }, { hasSecondFactor: true }]);
  expect(await shell.run(['users', 'remove-second-factor', 'vera'])).toMatchObject({ code: 0 });
  await expect(other.api.auth.me.query()).rejects.toThrow('session has ended');
  expect(await shell.run(['users', 'remove-second-factor', 'vera'])).toMatchObject({ code: 4 });
});
