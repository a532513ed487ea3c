import type { TRPCRouterRecord } from '@trpc/server';
import { z } from 'zod';
import { endAllSessions, endSession, listSessions } from '../sessions/commands.ts';
import {
  endAllSessionsInput,
  endedSessions,
  listSessionsInput,
  sessionId,
  sessionList,
} from '../sessions/schema.ts';
import { sessionProcedure } from '../trpc.ts';

export const sessionsRouter = {
  list: sessionProcedure
    .input(listSessionsInput.prefault({}))
    .output(sessionList)
    .query(({ ctx, input }) => listSessions(ctx, input)),
  end: sessionProcedure
    .input(sessionId)
    .output(z.void())
    .mutation(({ ctx, input }) => endSession(ctx, input)),
  endAll: sessionProcedure
    .input(endAllSessionsInput.prefault({}))
    .output(endedSessions)
    .mutation(({ ctx, input }) => endAllSessions(ctx, input)),
} satisfies TRPCRouterRecord;
