import { apiKeyId, apiKeyList, createApiKeyInput, createdApiKey } from '@paydeck/api/api-keys-schema';
import { appRouter } from '@paydeck/api/router';
import { type Operation, operation } from '../operation.ts';

const { apiKeys } = appRouter;

const confirmed =
  'Only admins who signed in may do this, with a sign-in or a confirmed password from the last 5 minutes.';

export const apiKeyOperations: readonly Operation[] = [
  operation({
    method: 'GET',
    path: '/api-keys',
    tag: 'api-keys',
    summary: 'List all API keys, including revoked and expired ones',
    access: 'admin',
    status: 200,
    reply: apiKeyList,
    handle: ({ call }) => call(apiKeys.list, () => undefined),
  }),
  operation({
    method: 'POST',
    path: '/api-keys',
    tag: 'api-keys',
    summary: 'Create an API key. The key itself is shown only in this reply',
    access: 'admin',
    body: createApiKeyInput,
    status: 201,
    reply: createdApiKey,
    refusals: { 403: confirmed },
    example: { body: { name: 'nightly import', role: 'admin' } },
    handle: ({ call }) =>
      call(apiKeys.create, ({ body }) => ({ ...body, expiresAt: body.expiresAt?.toISOString() })),
  }),
  operation({
    method: 'DELETE',
    path: '/api-keys/:id',
    tag: 'api-keys',
    summary: 'Revoke an API key at once',
    access: 'admin',
    params: apiKeyId,
    status: 204,
    reply: null,
    refusals: { 403: confirmed, 404: 'There is no API key with this id.' },
    handle: ({ call }) => call(apiKeys.revoke, ({ params }) => params),
  }),
];
