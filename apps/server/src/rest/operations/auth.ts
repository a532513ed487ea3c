import { confirmPasswordInput, loginInput, profile, type signedIn } from '@paydeck/api/auth-schema';
import { appRouter } from '@paydeck/api/router';
import { changePasswordInput } from '@paydeck/api/users-schema';
import type { z } from 'zod';
import { examples } from '../openapi/examples.ts';
import { type Operation, operation } from '../operation.ts';
import { refreshBody, session } from '../shapes.ts';

const { auth, users } = appRouter;

export const authOperations: readonly Operation[] = [
  operation({
    method: 'POST',
    path: '/auth/login',
    tag: 'auth',
    summary: 'Sign in',
    description: 'Send the access token with each request as `Authorization: Bearer <token>`.',
    access: 'anyone',
    body: loginInput,
    status: 200,
    reply: session,
    refusals: {
      401: 'The user name or the password is wrong. With `secondFactor`: they are right, and a second factor is needed.',
      429: 'Too many wrong passwords in a row, or too many sign-ins at the same time.',
    },
    example: { body: { username: 'admin', password: 'admin123' } },
    handle: async ({ call }) => restSession(await call(auth.login, ({ body }) => body)),
  }),
  operation({
    method: 'POST',
    path: '/auth/refresh',
    tag: 'auth',
    summary: 'Exchange a refresh token for new tokens',
    description:
      'The new refresh token replaces the one that you sent. If the reply is lost, send the same token again: until the new one has been used, the reply has the same new one. After that, the old one ends the whole session.',
    access: 'anyone',
    body: refreshBody,
    status: 200,
    reply: session,
    refusals: { 401: 'The session has ended: sign in again.', 429: 'The session was refreshed too often.' },
    example: { body: { refresh_token: examples.Session.refresh_token } },
    handle: async ({ call }) =>
      restSession(await call(auth.refresh, ({ body }) => ({ refreshToken: body.refresh_token }))),
  }),
  operation({
    method: 'POST',
    path: '/auth/logout',
    tag: 'auth',
    summary: 'Sign out, which makes the tokens of this session invalid',
    access: 'signed-in',
    status: 204,
    reply: null,
    handle: ({ call }) => call(auth.logout, () => undefined),
  }),
  operation({
    method: 'POST',
    path: '/auth/confirm-password',
    tag: 'auth',
    summary: 'Confirm your password, for requests that give or take access',
    description:
      'Admins need it for users and API keys, once their sign-in is older than 5 minutes. It counts for 5 minutes.',
    access: 'signed-in',
    body: confirmPasswordInput,
    status: 204,
    reply: null,
    refusals: {
      401: 'The password is wrong.',
      403: 'An API key may not do this.',
      429: 'Too many wrong passwords in a row.',
    },
    example: { body: { password: 'admin123' } },
    handle: ({ call }) => call(auth.confirmPassword, ({ body }) => body),
  }),
  operation({
    method: 'GET',
    path: '/auth/profile',
    tag: 'auth',
    summary: 'Get your own account',
    access: 'signed-in',
    status: 200,
    reply: profile,
    handle: ({ call }) => call(auth.me, () => undefined),
  }),
  operation({
    method: 'POST',
    path: '/auth/change-password',
    tag: 'auth',
    summary: 'Change your own password, which ends your other sessions',
    access: 'signed-in',
    body: changePasswordInput,
    status: 204,
    reply: null,
    refusals: { 401: 'The current password is wrong.', 429: 'Too many wrong passwords in a row.' },
    example: { body: { currentPassword: 'securepassword123', newPassword: 'another-password-456' } },
    handle: ({ call }) => call(users.changePassword, ({ body }) => body),
  }),
];

/** A session as REST names its fields. */
export const restSession = ({
  accessToken,
  user,
  refreshToken,
  expiresAt,
}: z.output<typeof signedIn>): z.output<typeof session> => ({
  access_token: accessToken,
  user,
  refresh_token: refreshToken,
  expires_at: expiresAt,
});
