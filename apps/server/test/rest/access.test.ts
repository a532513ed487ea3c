import { expect, test } from 'vitest';
import { documentedOperations } from '../../src/rest/routes.ts';
import { startRestApi } from './rest-api.ts';

const openTo = {
  anyone: { anonymous: 'yes', viewer: 'yes', admin: 'yes' },
  'signed-in': { anonymous: '401', viewer: 'yes', admin: 'yes' },
  admin: { anonymous: '401', viewer: '403', admin: 'yes' },
};

test('every operation is open to exactly the callers that its documentation names', async () => {
  await using api = await startRestApi();
  const tokens = { anonymous: null, viewer: await api.addViewer('viewer'), admin: await api.signIn() };
  // The logout comes last, since it ends the session of its token.
  const rows = [...documentedOperations].sort(
    (a, b) => Number(a.path === '/auth/logout') - Number(b.path === '/auth/logout'),
  );
  for (const { method, path, access } of rows) {
    for (const role of ['anonymous', 'viewer', 'admin'] as const) {
      const { status } = await api.call(method, path.replace(':id', '00000000-0000-7000-8000-00000000dead'), {
        token: tokens[role],
        ...(method !== 'GET' && { body: {} }),
      });
      const found = status === 401 || status === 403 ? String(status) : 'yes';
      expect({ method, path, role, access: found }).toEqual({
        method,
        path,
        role,
        access: openTo[access][role],
      });
    }
  }
});

test('a demotion takes effect at once, and so does a deactivation', async () => {
  await using api = await startRestApi();
  const { body } = await api.post('/users', { username: 'second', password: 'second-admin', role: 'admin' });
  const { id } = JSON.parse(JSON.stringify(body));
  const token = await api.signIn({ username: 'second', password: 'second-admin' });
  expect(await api.get('/users', { token })).toMatchObject({ status: 200 });

  const demoted = await api.call('PATCH', `/users/${id}`, { body: { role: 'viewer' } });
  expect(demoted).toMatchObject({ status: 200, body: { id, role: 'viewer', active: true } });
  expect(await api.get('/users', { token })).toMatchObject({ status: 403 });

  await api.call('PATCH', `/users/${id}`, { body: { active: false } });
  expect(await api.get('/auth/profile', { token })).toMatchObject({ status: 401 });
});
