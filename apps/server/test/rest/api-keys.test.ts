import { expect, test } from 'vitest';
import { z } from 'zod';
import { startRestApi } from './rest-api.ts';

const createdKey = z.object({ id: z.uuid(), key: z.string() });

test('an API key works in place of an access token until it is revoked', async () => {
  await using api = await startRestApi();
  const { status, body } = await api.post('/api-keys', {
    name: 'nightly',
    role: 'admin',
    expiresAt: '2999-01-01',
  });
  expect({ status, body }).toMatchObject({ status: 201, body: { name: 'nightly', role: 'admin' } });
  const { id, key: token } = createdKey.parse(body);

  expect(await api.get('/auth/profile', { token })).toMatchObject({
    body: { username: 'admin', apiKey: { id } },
  });
  const payment = { amount: 12.5, method: 'credit_card', receiver: 'Jane Smith' };
  expect(await api.post('/payments', payment, { token })).toMatchObject({ status: 201 });
  expect(await api.get('/payments/export', { token })).toMatchObject({ status: 200 });
  expect(await api.post('/api-keys', { name: 'more', role: 'admin' }, { token })).toMatchObject({
    status: 403,
  });
  expect(await api.get('/api-keys')).toMatchObject({
    status: 200,
    body: [{ id, createdBy: 'admin', revokedAt: null }],
  });

  expect(await api.call('DELETE', `/api-keys/${id}`)).toMatchObject({ status: 204 });
  expect(await api.get('/auth/profile', { token })).toMatchObject({
    status: 401,
    body: { message: 'This API key is unknown, was revoked, or has expired.' },
  });
});
