import type { TRPCRouterRecord } from '@trpc/server';
import { z } from 'zod';
import {
  confirmTotp,
  enrolTotp,
  getSecondFactor,
  removeTotp,
  renewRecoveryCodes,
} from '../second-factor/commands.ts';
import {
  confirmTotpInput,
  newRecoveryCodes,
  ownPassword,
  pendingTotp,
  secondFactorState,
} from '../second-factor/schema.ts';
import { sessionProcedure } from '../trpc.ts';

/** The caller's own second factor. An admin who must have one, and has none yet, may call all of these. */
export const secondFactorRouter = {
  get: sessionProcedure.output(secondFactorState).query(({ ctx }) => getSecondFactor(ctx)),
  enrolTotp: sessionProcedure
    .input(ownPassword)
    .output(pendingTotp)
    .mutation(({ ctx, input }) => enrolTotp(ctx, input)),
  confirmTotp: sessionProcedure
    .input(confirmTotpInput)
    .output(newRecoveryCodes)
    .mutation(({ ctx, input }) => confirmTotp(ctx, input)),
  renewRecoveryCodes: sessionProcedure
    .input(ownPassword)
    .output(newRecoveryCodes)
    .mutation(({ ctx, input }) => renewRecoveryCodes(ctx, input)),
  removeTotp: sessionProcedure
    .input(ownPassword)
    .output(z.void())
    .mutation(({ ctx, input }) => removeTotp(ctx, input)),
} satisfies TRPCRouterRecord;
