import type { z } from 'zod';
import type { LiveSubscription } from '../live/live-subscription.ts';
import type { StatsUpdate } from './dashboard.ts';
import type { onUpdateInput } from './schema.ts';
import type { StatsFeed } from './stats-feed.ts';

/** The dashboard at once, then after changes. A snapshot needs no replay: `lastEventId` is taken and not used. */
export function onStatsUpdate(
  { statsFeed }: { statsFeed: StatsFeed },
  { lastEventId: _, ...input }: z.output<typeof onUpdateInput>,
  signal: AbortSignal | undefined,
): LiveSubscription<StatsUpdate> {
  return statsFeed.subscribe(input, signal);
}
