import { selectPasswordLinks } from '@paydeck/db/password-links';
import type { TRPCRouterRecord } from '@trpc/server';
import { z } from 'zod';
import { createPasswordLink, revokePasswordLink } from '../password-links/commands.ts';
import {
  checkedPasswordLink,
  checkPasswordLinkInput,
  createdPasswordLink,
  passwordLinkList,
  passwordLinkUser,
  passwordSet,
  setPasswordInput,
} from '../password-links/schema.ts';
import { checkPasswordLink, setPassword } from '../password-links/use-password-link.ts';
import { adminSessionProcedure, confirmedAdminProcedure, publicProcedure } from '../trpc.ts';

export const passwordLinksRouter = {
  list: adminSessionProcedure.output(passwordLinkList).query(({ ctx }) => selectPasswordLinks(ctx.db.orm)),
  create: confirmedAdminProcedure
    .input(passwordLinkUser)
    .output(createdPasswordLink)
    .mutation(({ ctx, input }) => createPasswordLink(ctx, input)),
  revoke: confirmedAdminProcedure
    .input(passwordLinkUser)
    .output(z.void())
    .mutation(({ ctx, input }) => revokePasswordLink(ctx, input)),
  // A mutation, because the input of a query is in the URL, which proxies log.
  check: publicProcedure
    .input(checkPasswordLinkInput)
    .output(checkedPasswordLink)
    .mutation(({ ctx, input }) => checkPasswordLink(ctx, input)),
  setPassword: publicProcedure
    .input(setPasswordInput)
    .output(passwordSet)
    .mutation(({ ctx, input }) => setPassword(ctx, input)),
} satisfies TRPCRouterRecord;
