import type { z } from 'zod';
import type { Actor } from '../auth/actor.ts';
import type { LiveSubscription } from '../live/live-subscription.ts';
import type { StatsUpdate } from './dashboard.ts';
import type { onUpdateInput } from './schema.ts';
import type { StatsFeed } from './stats-feed.ts';

/**
 * The dashboard now, and again after changes. Reason: `too_many_requests`. `lastEventId` is accepted, as every subscription may send one, but unused:
 * a dashboard is complete without the earlier ones.
 */
export function onStatsUpdate(
  { statsFeed, actor }: { statsFeed: StatsFeed; actor: Actor },
  { lastEventId: _, ...input }: z.output<typeof onUpdateInput>,
  signal: AbortSignal | undefined,
): LiveSubscription<StatsUpdate> {
  return statsFeed.subscribe(input, { userId: actor.userId, signal });
}
