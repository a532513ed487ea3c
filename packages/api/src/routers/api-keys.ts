import type { TRPCRouterRecord } from '@trpc/server';
import { z } from 'zod';
import { createApiKey, listApiKeys, revokeApiKey } from '../api-keys/commands.ts';
import { apiKeyId, apiKeyList, createApiKeyInput, createdApiKey } from '../api-keys/schema.ts';
import { adminSessionProcedure, confirmedAdminProcedure } from '../trpc.ts';

export const apiKeysRouter = {
  list: adminSessionProcedure.output(apiKeyList).query(({ ctx }) => listApiKeys(ctx)),
  create: confirmedAdminProcedure
    .input(createApiKeyInput)
    .output(createdApiKey)
    .mutation(({ ctx, input }) => createApiKey(ctx, input)),
  revoke: confirmedAdminProcedure
    .input(apiKeyId)
    .output(z.void())
    .mutation(({ ctx, input }) => revokeApiKey(ctx, input)),
} satisfies TRPCRouterRecord;
