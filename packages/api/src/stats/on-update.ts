import type { z } from 'zod';
import type { Context } from '../context.ts';
import type { LiveSubscription } from '../live/live-subscription.ts';
import type { Dashboard } from './dashboard.ts';
import type { onUpdateInput } from './schema.ts';

export type StatsUpdate = { type: 'stats_updated'; stats: Dashboard; at: Date };

/** The dashboard at once, then after changes. A snapshot needs no replay: `lastEventId` is taken and not used. */
export function onStatsUpdate(
  ctx: Context,
  { lastEventId: _, ...input }: z.output<typeof onUpdateInput>,
  signal: AbortSignal | undefined,
): LiveSubscription<StatsUpdate> {
  return ctx.statsFeed.subscribe(input, signal);
}
