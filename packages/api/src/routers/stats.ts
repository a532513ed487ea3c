import type { TRPCRouterRecord } from '@trpc/server';
import { validatedOnce } from '../answers/validated-once.ts';
import { dashboardStats } from '../stats/dashboard.ts';
import { failureStats } from '../stats/failures.ts';
import { onStatsUpdate } from '../stats/on-update.ts';
import { overviewStats } from '../stats/overview.ts';
import { revenueStats } from '../stats/revenue.ts';
import {
  dashboard,
  dashboardInput,
  failures,
  failuresInput,
  onUpdateInput,
  overview,
  overviewInput,
  revenue,
  revenueInput,
} from '../stats/schema.ts';
import { signedInProcedure } from '../trpc.ts';

export const statsRouter = {
  dashboard: signedInProcedure
    .input(dashboardInput.prefault({}))
    .output(validatedOnce(dashboard))
    .query(({ ctx, input }) => dashboardStats(ctx, input)),
  revenue: signedInProcedure
    .input(revenueInput.prefault({}))
    .output(validatedOnce(revenue))
    .query(({ ctx, input }) => revenueStats(ctx, input)),
  failures: signedInProcedure
    .input(failuresInput.prefault({}))
    .output(validatedOnce(failures))
    .query(({ ctx, input }) => failureStats(ctx, input)),
  overview: signedInProcedure
    .input(overviewInput.prefault({}))
    .output(validatedOnce(overview))
    .query(({ ctx, input }) => overviewStats(ctx, input)),
  onUpdate: signedInProcedure
    .input(onUpdateInput.prefault({}))
    .subscription(({ ctx, input, signal }) => onStatsUpdate(ctx, input, signal)),
} satisfies TRPCRouterRecord;
