import {
  checkedPasswordLink,
  checkPasswordLinkInput,
  createdPasswordLink,
  passwordLinkList,
  passwordSet,
  setPasswordInput,
} from '@paydeck/api/password-links-schema';
import { appRouter } from '@paydeck/api/router';
import { userId } from '@paydeck/api/users-schema';
import { examples } from '../openapi/examples.ts';
import { type Operation, operation } from '../operation.ts';

const { passwordLinks } = appRouter;

const confirmed =
  'Only admins who signed in may do this, with a sign-in or a confirmed password from the last 5 minutes.';
const wrongLink = {
  404: 'The link was used, was revoked, or has expired.',
  429: 'Too many wrong links came from this network. Valid links are still accepted.',
};
const { token } = examples.CreatedPasswordLink;

export const passwordLinkOperations: readonly Operation[] = [
  operation({
    method: 'GET',
    path: '/password-links',
    tag: 'users',
    summary: 'List the valid password links',
    access: 'admin',
    status: 200,
    reply: passwordLinkList,
    handle: ({ call }) => call(passwordLinks.list, () => undefined),
  }),
  operation({
    method: 'POST',
    path: '/users/:id/password-link',
    tag: 'users',
    summary: 'Make a link with which a user sets a password',
    description:
      'The link is the address of the page, `/set-password#` and the token. It works once, within 24 hours, and replaces an earlier one. Nothing is sent to the user: hand the link over yourself. The token is shown only in this reply.',
    access: 'admin',
    params: userId,
    status: 201,
    reply: createdPasswordLink,
    refusals: { 403: confirmed, 404: 'There is no user with this id.' },
    handle: ({ call }) => call(passwordLinks.create, ({ params }) => ({ userId: params.id })),
  }),
  operation({
    method: 'DELETE',
    path: '/users/:id/password-link',
    tag: 'users',
    summary: 'Revoke the password link of a user at once',
    access: 'admin',
    params: userId,
    status: 204,
    reply: null,
    refusals: { 403: confirmed, 404: 'The user has no valid password link.' },
    handle: ({ call }) => call(passwordLinks.revoke, ({ params }) => ({ userId: params.id })),
  }),
  operation({
    method: 'POST',
    path: '/password-links/check',
    tag: 'users',
    summary: 'Get the user of a password link, and when it expires',
    access: 'anyone',
    body: checkPasswordLinkInput,
    status: 200,
    reply: checkedPasswordLink,
    refusals: wrongLink,
    example: { body: { token } },
    handle: ({ call }) => call(passwordLinks.check, ({ body }) => body),
  }),
  operation({
    method: 'POST',
    path: '/password-links/set-password',
    tag: 'users',
    summary: 'Set your password with a password link, which ends the link and all your sessions',
    access: 'anyone',
    body: setPasswordInput,
    status: 200,
    reply: passwordSet,
    refusals: wrongLink,
    example: { body: { token, password: 'securepassword123' } },
    handle: ({ call }) => call(passwordLinks.setPassword, ({ body }) => body),
  }),
];
