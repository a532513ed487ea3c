import type { TRPCRouterRecord } from '@trpc/server';
import { z } from 'zod';
import { confirmPassword } from '../auth/confirm-password.ts';
import { login } from '../auth/login.ts';
import { logout } from '../auth/logout.ts';
import { getProfile } from '../auth/profile.ts';
import { refresh } from '../auth/refresh.ts';
import {
  confirmPasswordInput,
  loginInput,
  profile,
  refreshInput,
  signedIn,
  streamTicket,
} from '../auth/schema.ts';
import { issueStreamTicket } from '../auth/stream-tickets.ts';
import { verifySecondFactorInput } from '../second-factor/schema.ts';
import { verifySecondFactor } from '../second-factor/verify-second-factor.ts';
import { publicProcedure, sessionProcedure, signedInProcedure } from '../trpc.ts';

export const authRouter = {
  login: publicProcedure
    .input(loginInput)
    .output(signedIn)
    .mutation(({ ctx, input }) => login(ctx, input)),
  verifySecondFactor: publicProcedure
    .input(verifySecondFactorInput)
    .output(signedIn)
    .mutation(({ ctx, input }) => verifySecondFactor(ctx, input)),
  refresh: publicProcedure
    .input(refreshInput.prefault({}))
    .output(signedIn)
    .mutation(({ ctx, input }) => refresh(ctx, input)),
  logout: sessionProcedure.output(z.void()).mutation(({ ctx }) => logout(ctx)),
  confirmPassword: sessionProcedure
    .input(confirmPasswordInput)
    .output(z.void())
    .mutation(({ ctx, input }) => confirmPassword(ctx, input)),
  streamTicket: signedInProcedure.output(streamTicket).query(({ ctx }) => issueStreamTicket(ctx)),
  me: signedInProcedure.output(profile).query(({ ctx }) => getProfile(ctx)),
} satisfies TRPCRouterRecord;
