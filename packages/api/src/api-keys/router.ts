import type { TRPCRouterRecord } from '@trpc/server';
import { z } from 'zod';
import { accessAdminProcedure } from '../trpc.ts';
import { createApiKey, listApiKeys, revokeApiKey } from './commands.ts';
import { apiKeyId, apiKeyList, createApiKeyInput, createdApiKey } from './schema.ts';

export const apiKeysRouter = {
  list: accessAdminProcedure.output(apiKeyList).query(({ ctx }) => listApiKeys(ctx)),
  create: accessAdminProcedure
    .input(createApiKeyInput)
    .output(createdApiKey)
    .mutation(({ ctx, input }) => createApiKey(ctx, input)),
  revoke: accessAdminProcedure
    .input(apiKeyId)
    .output(z.void())
    .mutation(({ ctx, input }) => revokeApiKey(ctx, input)),
} satisfies TRPCRouterRecord;
