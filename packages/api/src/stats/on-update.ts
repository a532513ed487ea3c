import { type TrackedEnvelope, tracked } from '@trpc/server';
import type { z } from 'zod';
import type { Context } from '../context.ts';
import type { Dashboard } from './dashboard.ts';
import type { onUpdateInput } from './schema.ts';

export type StatsUpdate = { type: 'stats_updated'; stats: Dashboard; at: Date };

/** The dashboard at once, then after changes. A snapshot needs no replay: `lastEventId` is taken and not used. */
export async function* onStatsUpdate(
  ctx: Context,
  { lastEventId: _, ...input }: z.output<typeof onUpdateInput>,
  signal: AbortSignal | undefined,
): AsyncGenerator<TrackedEnvelope<StatsUpdate>> {
  for await (const stats of ctx.statsFeed.follow(input, signal)) {
    yield tracked(String(stats.asOf), { type: 'stats_updated', stats, at: new Date() });
  }
}
