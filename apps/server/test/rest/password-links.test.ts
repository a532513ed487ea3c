import { expect, test } from 'vitest';
import { z } from 'zod';
import { startRestApi } from './rest-api.ts';

const identified = z.object({ id: z.uuid() });
const createdLink = z.object({ token: z.string(), expiresAt: z.string() });

test('a user without a password sets the first one with a link that an admin hands over', async () => {
  await using api = await startRestApi();
  const { body } = await api.post('/users', { username: 'jane' });
  const { id } = identified.parse(body);
  const made = await api.post(`/users/${id}/password-link`, undefined);
  expect(made).toMatchObject({ status: 201, body: { userId: id, username: 'jane' } });
  const { token, expiresAt } = createdLink.parse(made.body);
  expect(await api.get('/password-links')).toMatchObject({
    status: 200,
    body: [{ userId: id, username: 'jane', createdBy: 'admin', expiresAt }],
  });

  const anonymous = { token: null };
  expect(await api.post('/password-links/check', { token }, anonymous)).toMatchObject({
    status: 200,
    body: { username: 'jane', expiresAt },
  });
  const password = 'a password of her own';
  const weak = await api.post('/password-links/set-password', { token, password: 'password' }, anonymous);
  expect(weak).toMatchObject({ status: 400, body: { message: expect.stringMatching(/^password must not/) } });
  const set = await api.post('/password-links/set-password', { token, password }, anonymous);
  expect(set).toMatchObject({ status: 200, body: { username: 'jane' } });
  expect(await api.post('/auth/login', { username: 'jane', password }, anonymous)).toMatchObject({
    status: 200,
  });
  const again = await api.post('/password-links/set-password', { token, password }, anonymous);
  expect(again).toMatchObject({
    status: 404,
    body: { message: expect.stringContaining('This link was used') },
  });
});

test('a revoked link sets nothing, and an API key may not make one', async () => {
  await using api = await startRestApi();
  const { id } = identified.parse((await api.post('/users', { username: 'jane' })).body);
  const { token } = createdLink.parse((await api.post(`/users/${id}/password-link`, undefined)).body);
  expect(await api.call('DELETE', `/users/${id}/password-link`)).toMatchObject({ status: 204 });
  expect(await api.call('DELETE', `/users/${id}/password-link`)).toMatchObject({ status: 404 });
  expect(await api.post('/password-links/check', { token }, { token: null })).toMatchObject({ status: 404 });
  expect(await api.post('/password-links/check', { token: 'x' }, { token: null })).toMatchObject({
    status: 400,
    body: { message: 'token must be the text after the # of the link.' },
  });

  const key = z
    .object({ key: z.string() })
    .parse((await api.post('/api-keys', { name: 'k', role: 'admin' })).body);
  expect(await api.post(`/users/${id}/password-link`, undefined, { token: key.key })).toMatchObject({
    status: 403,
  });
});
