import { appRouter } from '@paydeck/api/router';
import {
  createUserInput,
  deletedUser,
  resetPasswordInput,
  user,
  userId,
  userList,
} from '@paydeck/api/users-schema';
import { z } from 'zod';
import { type Operation, operation } from '../operation.ts';
import { userChange } from '../shapes.ts';

const { users } = appRouter;

const unknownUser = 'There is no user with this id.';
const lastAdmin = 'The user is the last active admin.';
const confirmed = 'Only admins may do this, with a sign-in or a confirmed password from the last 5 minutes.';
const tooManyPasswords = 'Too many passwords are waiting to be hashed.';

export const userOperations: readonly Operation[] = [
  operation({
    method: 'GET',
    path: '/users',
    tag: 'users',
    summary: 'List all users',
    access: 'admin',
    status: 200,
    reply: userList,
    handle: ({ call }) => call(users.list, () => undefined),
  }),
  operation({
    method: 'POST',
    path: '/users',
    tag: 'users',
    summary:
      'Create a user, who can sign in at once. Without a password, the user needs a password link first',
    access: 'admin',
    body: createUserInput,
    status: 201,
    reply: user,
    refusals: { 403: confirmed, 409: 'The user name is taken.', 429: tooManyPasswords },
    example: { body: { username: 'newuser', password: 'securepassword123', role: 'viewer' } },
    handle: ({ call }) => call(users.create, ({ body }) => body),
  }),
  operation({
    method: 'PATCH',
    path: '/users/:id',
    tag: 'users',
    summary: 'Change the role of a user, deactivate or reactivate a user',
    access: 'admin',
    params: userId,
    body: userChange,
    status: 200,
    reply: user,
    refusals: { 403: confirmed, 404: unknownUser, 409: lastAdmin },
    example: { body: { role: 'admin' } },
    handle: ({ call }) => call(users.update, ({ params, body }) => ({ ...body, ...params })),
  }),
  operation({
    method: 'POST',
    path: '/users/:id/reset-password',
    tag: 'users',
    summary: 'Set a new password for a user, which ends all sessions of the user',
    access: 'admin',
    params: userId,
    body: z.strictObject({ password: resetPasswordInput.shape.password }),
    status: 204,
    reply: null,
    refusals: { 403: confirmed, 404: unknownUser, 429: tooManyPasswords },
    example: { body: { password: 'another-password-456' } },
    handle: ({ call }) => call(users.resetPassword, ({ params, body }) => ({ ...body, ...params })),
  }),
  operation({
    method: 'DELETE',
    path: '/users/:id',
    tag: 'users',
    summary: 'Delete a user, or deactivate one who has a history',
    access: 'admin',
    params: userId,
    status: 200,
    reply: deletedUser,
    refusals: { 403: confirmed, 404: unknownUser, 409: lastAdmin },
    handle: ({ call }) => call(users.delete, ({ params }) => params),
  }),
];
