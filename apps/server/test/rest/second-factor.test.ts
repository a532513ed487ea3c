import { authenticatorOf } from '@paydeck/api/testing/authenticator';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { adminCredentials } from '../../testing/start-test-server.ts';
import { startRestApi } from './rest-api.ts';

const anonymous = { token: null };
const { password } = adminCredentials;
const refusedSignIn = z.object({
  statusCode: z.literal(401),
  secondFactor: z.object({ challenge: z.string(), methods: z.array(z.string()), expiresAt: z.string() }),
});

test('an authenticator is added, used to sign in, and removed over REST', async () => {
  await using api = await startRestApi();
  const enrolled = await api.post('/auth/second-factor/totp', { password });
  const { secret } = z.object({ secret: z.string() }).parse(enrolled.body);
  const authenticator = authenticatorOf(secret);
  const confirmed = await api.post('/auth/second-factor/totp/confirm', { code: authenticator.code(-1) });
  expect(confirmed).toMatchObject({
    status: 200,
    body: { recoveryCodes: Array(10).fill(expect.any(String)) },
  });
  expect((await api.get('/auth/second-factor')).body).toEqual({
    isRequired: false,
    totp: { addedAt: expect.any(String) },
    recoveryCodes: 10,
  });

  const refused = await api.post('/auth/login', adminCredentials, anonymous);
  expect(refused.status).toBe(401);
  const { challenge, methods } = refusedSignIn.parse(refused.body).secondFactor;
  expect(methods).toEqual(['totp', 'recovery_code']);
  const wrong = await api.post('/auth/second-factor', { challenge, code: 'wrong' }, anonymous);
  expect(wrong).toMatchObject({
    status: 401,
    body: { message: expect.stringContaining('The code is wrong') },
  });
  const signedIn = await api.post(
    '/auth/second-factor',
    { challenge, code: authenticator.code() },
    anonymous,
  );
  expect(signedIn).toMatchObject({ status: 200, body: { user: { username: 'admin' } } });
  const { access_token: token } = z.object({ access_token: z.string() }).parse(signedIn.body);
  expect((await api.get('/auth/profile', { token })).status).toBe(200);

  const renewed = await api.post('/auth/second-factor/recovery-codes', { password });
  expect(renewed.status).toBe(200);
  expect((await api.post('/auth/second-factor/totp/remove', { password })).status).toBe(204);
  expect((await api.post('/auth/login', adminCredentials, anonymous)).status).toBe(200);
});

test('an admin removes the second factor of another user', async () => {
  await using api = await startRestApi();
  const token = await api.addViewer('vera');
  const ownPassword = { password: 'viewer-password' };
  const enrolled = await api.post('/auth/second-factor/totp', ownPassword, { token });
  const { secret } = z.object({ secret: z.string() }).parse(enrolled.body);
  await api.post('/auth/second-factor/totp/confirm', { code: authenticatorOf(secret).code() }, { token });
  const users = z.array(z.object({ id: z.string(), hasSecondFactor: z.boolean() }));
  const listed = users.parse((await api.get('/users')).body);
  const vera = listed.find(({ hasSecondFactor }) => hasSecondFactor);
  expect((await api.call('DELETE', `/users/${vera?.id}/second-factor`)).status).toBe(204);
  expect((await api.get('/auth/profile', { token })).status).toBe(401);
  await api.signIn({ username: 'vera', ...ownPassword });
  expect((await api.call('DELETE', `/users/${vera?.id}/second-factor`)).status).toBe(404);
});

test('if admins must have a second factor, an admin without one gets 403', async () => {
  await using api = await startRestApi({ REQUIRE_SECOND_FACTOR: 'admins' });
  expect(await api.get('/users')).toMatchObject({
    status: 403,
    body: { message: expect.stringContaining('second factor') },
  });
  expect((await api.get('/payments')).status).toBe(200);
});
