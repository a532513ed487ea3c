import { appRouter } from '@paydeck/api/router';
import {
  confirmTotpInput,
  newRecoveryCodes,
  ownPassword,
  pendingTotp,
  secondFactorState,
  verifySecondFactorInput,
} from '@paydeck/api/second-factor-schema';
import { userId } from '@paydeck/api/users-schema';
import { type Operation, operation } from '../operation.ts';
import { session } from '../shapes.ts';
import { restSession } from './auth.ts';

const { auth, secondFactor, users } = appRouter;

const wrongPassword = {
  401: 'The password is wrong, or the token is missing, invalid or expired.',
  429: 'Too many wrong passwords in a row.',
};
const notFound = { 404: 'There is no such second factor.' };
const challenge = 'q7n0oVmXkGf9cS1yqXoZlVtbJcX0nU3m9sUo3m1o0wYxk3s2mJm3c0nS2e1d0r9a';
const password = { password: 'securepassword123' };

export const secondFactorOperations: readonly Operation[] = [
  operation({
    method: 'POST',
    path: '/auth/second-factor',
    tag: 'auth',
    summary: 'Complete a sign-in with a second factor',
    description:
      'For a user with a second factor, the sign-in is refused with 401 and `secondFactor`. Send its `challenge`, with a code of ' +
      'the authenticator app or a recovery code. Each works once.',
    access: 'anyone',
    body: verifySecondFactorInput,
    status: 200,
    reply: session,
    refusals: {
      401: 'The code is wrong or was used before, or the sign-in took too long.',
      429: 'Too many wrong codes in a row.',
    },
    example: { body: { challenge, code: '287082' } },
    handle: async ({ call }) => restSession(await call(auth.verifySecondFactor, ({ body }) => body)),
  }),
  operation({
    method: 'GET',
    path: '/auth/second-factor',
    tag: 'auth',
    summary: 'Get your own second factor',
    access: 'signed-in',
    status: 200,
    reply: secondFactorState,
    handle: ({ call }) => call(secondFactor.get, () => undefined),
  }),
  operation({
    method: 'POST',
    path: '/auth/second-factor/totp',
    tag: 'auth',
    summary: 'Create an authenticator, which counts once it is confirmed',
    access: 'signed-in',
    body: ownPassword,
    status: 200,
    reply: pendingTotp,
    refusals: wrongPassword,
    example: { body: password },
    handle: ({ call }) => call(secondFactor.enrolTotp, ({ body }) => body),
  }),
  operation({
    method: 'POST',
    path: '/auth/second-factor/totp/confirm',
    tag: 'auth',
    summary: 'Confirm the new authenticator with a code of it, and get recovery codes',
    description: 'If it is your first second factor, your other sessions end.',
    access: 'signed-in',
    body: confirmTotpInput,
    status: 200,
    reply: newRecoveryCodes,
    refusals: {
      401: 'The code is wrong, or the token is missing, invalid or expired.',
      404: 'No authenticator waits for a code.',
    },
    example: { body: { code: '287082' } },
    handle: ({ call }) => call(secondFactor.confirmTotp, ({ body }) => body),
  }),
  operation({
    method: 'POST',
    path: '/auth/second-factor/totp/remove',
    tag: 'auth',
    summary: 'Remove your authenticator',
    access: 'signed-in',
    body: ownPassword,
    status: 204,
    reply: null,
    refusals: { ...wrongPassword, ...notFound },
    example: { body: password },
    handle: ({ call }) => call(secondFactor.removeTotp, ({ body }) => body),
  }),
  operation({
    method: 'POST',
    path: '/auth/second-factor/recovery-codes',
    tag: 'auth',
    summary: 'Replace your recovery codes',
    access: 'signed-in',
    body: ownPassword,
    status: 200,
    reply: newRecoveryCodes,
    refusals: { ...wrongPassword, ...notFound },
    example: { body: password },
    handle: ({ call }) => call(secondFactor.renewRecoveryCodes, ({ body }) => body),
  }),
  operation({
    method: 'DELETE',
    path: '/users/:id/second-factor',
    tag: 'users',
    summary: 'Remove every second factor of a user, which ends all sessions of the user',
    access: 'admin',
    params: userId,
    status: 204,
    reply: null,
    refusals: { 404: 'There is no user with this id, or the user has no second factor.' },
    handle: ({ call }) => call(users.removeSecondFactor, ({ params }) => params),
  }),
];
