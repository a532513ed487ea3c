import { expect, test } from 'vitest';
import { testTokens } from '../../testing/tokens.ts';
import { startWireServer, type WireAnswer } from '../../testing/wire-server.ts';
import { type ClientOptions, createClient, reasonOf } from '../index.ts';
import { memoryTokenStore } from './tokens.ts';

const refused: WireAnswer = { status: 403, reason: 'confirm_password' };
const id = '0199e0c4-0000-7000-8000-000000000000';

/** A client of a server that wants the password `right` before a user is deleted. */
async function setUp(options: Partial<ClientOptions> = {}) {
  let confirmed = false;
  const server = await startWireServer(({ path, input }) => {
    if (path !== 'auth.confirmPassword') return confirmed ? { data: { outcome: 'erased' } } : refused;
    if (JSON.stringify(input) !== '{"password":"right"}')
      return { status: 401, reason: 'invalid_credentials' };
    confirmed = true;
    return { data: undefined };
  });
  const tokens = memoryTokenStore();
  await tokens.save(testTokens(1));
  const client = createClient({ url: server.url, tokens, ...options });
  return {
    paths: () => server.calls.map(({ path }) => path),
    remove: () => client.api.users.delete.mutate({ id }),
    [Symbol.asyncDispose]: async () => {
      await client.close();
      await server[Symbol.asyncDispose]();
    },
  };
}

const reasonOfCall = (call: Promise<unknown>) => call.then(() => undefined, reasonOf);

test('a call that needs the password is repeated after the user has confirmed it', async () => {
  const wrong: unknown[] = [];
  await using env = await setUp({
    confirmPassword: async (confirm) => {
      wrong.push(await reasonOfCall(confirm('wrong')));
      await confirm('right');
      return true;
    },
  });
  expect(await env.remove()).toEqual({ outcome: 'erased' });
  expect(wrong).toEqual(['invalid_credentials']);
  expect(env.paths()).toEqual([
    'users.delete',
    'auth.confirmPassword',
    'auth.confirmPassword',
    'users.delete',
  ]);
});

test('a call rejects with the refusal if the user does not confirm, and if nobody asks', async () => {
  await using declined = await setUp({ confirmPassword: async () => false });
  expect(await reasonOfCall(declined.remove())).toBe('confirm_password');
  await using silent = await setUp();
  expect(await reasonOfCall(silent.remove())).toBe('confirm_password');
  expect(silent.paths()).toEqual(['users.delete']);
});

test('calls that are refused at the same time share one question', async () => {
  let questions = 0;
  const answer = Promise.withResolvers<void>();
  await using env = await setUp({
    confirmPassword: async (confirm) => {
      questions += 1;
      await answer.promise;
      await confirm('right');
      return true;
    },
  });
  const calls = [1, 2, 3].map(() => env.remove());
  await expect.poll(env.paths, { timeout: 20_000 }).toHaveLength(3);
  answer.resolve();
  expect(await Promise.all(calls)).toEqual(Array(3).fill({ outcome: 'erased' }));
  expect(questions).toBe(1);
});
