import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { type RestApi, startRestApi } from './rest-api.ts';

let api: RestApi;
beforeAll(async () => {
  api = await startRestApi();
});
afterAll(() => api[Symbol.asyncDispose]());

const session = z.object({ access_token: z.string(), refresh_token: z.string() });
const anonymous = { token: null };

async function open(username: string, password = 'first-password') {
  await api.post('/users', { username, password });
  const { body } = await api.post('/auth/login', { username, password }, anonymous);
  return session.parse(body);
}

const profile = (token: string) => api.get('/auth/profile', { token });
const users = z.array(z.object({ id: z.string(), username: z.string() }));
const idOf = async (username: string) =>
  users.parse((await api.get('/users')).body).find((user) => user.username === username)?.id;

test('a refresh returns new tokens, in the shape of a login', async () => {
  const first = await open('refresher');
  const reply = await api.post('/auth/refresh', { refresh_token: first.refresh_token }, anonymous);
  expect(reply).toMatchObject({ status: 200, body: { user: { username: 'refresher', role: 'viewer' } } });
  const second = session.parse(reply.body);
  expect(second.refresh_token).not.toBe(first.refresh_token);
  expect(await profile(second.access_token)).toMatchObject({ status: 200 });

  const unknown = await api.post('/auth/refresh', { refresh_token: 'unknown' }, anonymous);
  expect(unknown).toMatchObject({ status: 401, body: { message: 'Your session has ended. Sign in again.' } });
  const misnamed = await api.post('/auth/refresh', { refreshToken: second.refresh_token }, anonymous);
  expect(misnamed.status).toBe(400);
  expect(misnamed.text).toContain('refresh_token is required');
});

test('a logout ends the session, with or without a Content-Type', async () => {
  for (const headers of [{}, { 'content-type': 'application/json' }]) {
    const { access_token: token, refresh_token } = await open(`leaver-${Object.keys(headers).length}`);
    const { status, text } = await api.call('POST', '/auth/logout', { token, headers });
    expect({ status, text }).toEqual({ status: 204, text: '' });
    expect(await profile(token)).toMatchObject({ status: 401 });
    expect(await api.post('/auth/refresh', { refresh_token }, anonymous)).toMatchObject({ status: 401 });
  }
});

test('users who change their own password stay signed in', async () => {
  const { access_token: token } = await open('owner');
  const change = (currentPassword: string, newPassword: string) =>
    api.post('/auth/change-password', { currentPassword, newPassword }, { token });
  expect(await change('wrong', 'second-password')).toMatchObject({ status: 401 });
  const short = await change('first-password', 'short');
  expect(short).toMatchObject({ status: 400 });
  expect(short.text).toContain('newPassword must have at least 8 characters');
  expect(await change('first-password', 'second-password')).toMatchObject({ status: 204, text: '' });
  expect(await profile(token)).toMatchObject({ status: 200 });
  const old = await api.post('/auth/login', { username: 'owner', password: 'first-password' }, anonymous);
  expect(old.status).toBe(401);
});

test('a password reset by an admin ends the sessions of the user', async () => {
  const { access_token: token } = await open('forgetful');
  const id = await idOf('forgetful');
  const reset = await api.post(`/users/${id}/reset-password`, { password: 'third-password' });
  expect(reset).toMatchObject({ status: 204, text: '' });
  expect(await profile(token)).toMatchObject({ status: 401 });
  await api.signIn({ username: 'forgetful', password: 'third-password' });
});

test('users without a history are deleted, and others are deactivated', async () => {
  await open('signed-in-once');
  await api.post('/users', { username: 'never-came', password: 'first-password' });
  const remove = async (username: string) => api.call('DELETE', `/users/${await idOf(username)}`);
  expect(await remove('never-came')).toMatchObject({ status: 200, body: { outcome: 'erased' } });
  expect(await remove('signed-in-once')).toMatchObject({ status: 200, body: { outcome: 'deactivated' } });
  expect(await remove('admin')).toMatchObject({ status: 409 });
});

test('users list and end their sessions, and admins those of every user', async () => {
  const { access_token: token } = await open('traveller');
  const credentials = { username: 'traveller', password: 'first-password' };
  const other = await api.signIn(credentials);
  const listed = await api.get('/sessions', { token });
  expect(listed).toMatchObject({
    status: 200,
    body: [{ current: false, address: '127.0.0.1' }, { current: true }],
  });
  const [{ id, userId } = { id: '', userId: '' }] = z
    .array(z.object({ id: z.string(), userId: z.string() }))
    .parse(listed.body);
  expect(await api.call('DELETE', `/sessions/${id}`, { token })).toMatchObject({ status: 204, text: '' });
  expect(await profile(other)).toMatchObject({ status: 401 });
  expect(await api.call('DELETE', `/sessions/${id}`, { token })).toMatchObject({ status: 404 });

  const another = await api.signIn(credentials);
  expect(await api.post('/sessions/end-all', {}, { token })).toMatchObject({
    status: 200,
    body: { ended: 1 },
  });
  expect(await profile(another)).toMatchObject({ status: 401 });
  expect(await api.get(`/sessions?userId=${userId}`)).toMatchObject({ body: [{ userId, current: false }] });
  expect(await api.post('/sessions/end-all', { userId })).toMatchObject({ body: { ended: 1 } });
  expect(await profile(token)).toMatchObject({ status: 401 });
});

test('a password is confirmed', async () => {
  const { access_token: token } = await open('careful');
  const confirm = (password: string) => api.post('/auth/confirm-password', { password }, { token });
  expect(await confirm('wrong')).toMatchObject({ status: 401, body: { message: 'The password is wrong.' } });
  expect(await confirm('first-password')).toMatchObject({ status: 204, text: '' });
});
