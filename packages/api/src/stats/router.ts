import type { TRPCRouterRecord } from '@trpc/server';
import { signedInProcedure } from '../trpc.ts';
import { dashboardStats } from './dashboard.ts';
import { failureStats } from './failures.ts';
import { onStatsUpdate } from './on-update.ts';
import { revenueStats } from './revenue.ts';
import {
  dashboard,
  dashboardInput,
  failures,
  failuresInput,
  onUpdateInput,
  revenue,
  revenueInput,
} from './schema.ts';

export const statsRouter = {
  dashboard: signedInProcedure
    .input(dashboardInput.prefault({}))
    .output(dashboard)
    .query(({ ctx, input }) => dashboardStats(ctx, input)),
  revenue: signedInProcedure
    .input(revenueInput.prefault({}))
    .output(revenue)
    .query(({ ctx, input }) => revenueStats(ctx, input)),
  failures: signedInProcedure
    .input(failuresInput.prefault({}))
    .output(failures)
    .query(({ ctx, input }) => failureStats(ctx, input)),
  onUpdate: signedInProcedure
    .input(onUpdateInput.prefault({}))
    .subscription(({ ctx, input, signal }) => onStatsUpdate(ctx, input, signal)),
} satisfies TRPCRouterRecord;
