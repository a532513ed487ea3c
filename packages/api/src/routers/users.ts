import { selectUsers } from '@paydeck/db/users';
import type { TRPCRouterRecord } from '@trpc/server';
import { z } from 'zod';
import { removeSecondFactorOf } from '../second-factor/commands.ts';
import { adminProcedure, confirmedAdminProcedure, sessionProcedure } from '../trpc.ts';
import { changePassword } from '../users/change-password.ts';
import { createUser, deleteUser, resetPassword, updateUser } from '../users/commands.ts';
import { onActivity } from '../users/on-activity.ts';
import {
  changePasswordInput,
  createUserInput,
  deletedUser,
  onActivityInput,
  resetPasswordInput,
  updateUserInput,
  user,
  userId,
  userList,
} from '../users/schema.ts';

export const usersRouter = {
  list: adminProcedure.output(userList).query(({ ctx }) => selectUsers(ctx.db.orm)),
  create: confirmedAdminProcedure
    .input(createUserInput)
    .output(user)
    .mutation(({ ctx, input }) => createUser(ctx, input)),
  update: confirmedAdminProcedure
    .input(updateUserInput)
    .output(user)
    .mutation(({ ctx, input }) => updateUser(ctx, input)),
  resetPassword: confirmedAdminProcedure
    .input(resetPasswordInput)
    .output(z.void())
    .mutation(({ ctx, input }) => resetPassword(ctx, input)),
  removeSecondFactor: confirmedAdminProcedure
    .input(userId)
    .output(z.void())
    .mutation(({ ctx, input }) => removeSecondFactorOf(ctx, input)),
  delete: confirmedAdminProcedure
    .input(userId)
    .output(deletedUser)
    .mutation(({ ctx, input }) => deleteUser(ctx, input)),
  changePassword: sessionProcedure
    .input(changePasswordInput)
    .output(z.void())
    .mutation(({ ctx, input }) => changePassword(ctx, input)),
  onActivity: adminProcedure
    .input(onActivityInput.prefault({}))
    .subscription(({ ctx, input, signal }) => onActivity(ctx, input, signal)),
} satisfies TRPCRouterRecord;
