import { appRouter } from '@paydeck/api/router';
import {
  endAllSessionsInput,
  endedSessions,
  listSessionsInput,
  sessionId,
  sessionList,
} from '@paydeck/api/sessions-schema';
import { type Operation, operation } from '../operation.ts';

const { sessions } = appRouter;

const ofAnotherUser = 'Only an admin may do this for another user.';

export const sessionOperations: readonly Operation[] = [
  operation({
    method: 'GET',
    path: '/sessions',
    tag: 'sessions',
    summary: 'List your open sessions, last used first',
    description: 'An admin may list those of another user, with `userId`.',
    access: 'signed-in',
    query: listSessionsInput,
    status: 200,
    reply: sessionList,
    refusals: { 403: ofAnotherUser },
    handle: ({ call }) => call(sessions.list, ({ query }) => query),
  }),
  operation({
    method: 'POST',
    path: '/sessions/end-all',
    tag: 'sessions',
    summary: 'Sign out everywhere',
    description:
      'Ends your sessions at once, except the one that makes the request, unless `keepCurrent` is false. An admin may end those of another user, with `userId`.',
    access: 'signed-in',
    body: endAllSessionsInput,
    status: 200,
    reply: endedSessions,
    refusals: { 403: ofAnotherUser },
    example: { body: { keepCurrent: true } },
    handle: ({ call }) => call(sessions.endAll, ({ body }) => body),
  }),
  operation({
    method: 'DELETE',
    path: '/sessions/:id',
    tag: 'sessions',
    summary: 'End a session at once',
    access: 'signed-in',
    params: sessionId,
    status: 204,
    reply: null,
    refusals: {
      403: 'An API key may not do this.',
      404: 'There is no open session with this id, or it is of another user and you are not an admin.',
    },
    handle: ({ call }) => call(sessions.end, ({ params }) => params),
  }),
];
