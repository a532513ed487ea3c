import type { LoggedEvent } from '@paydeck/db/events';
import type { z } from 'zod';
import type { LiveFeed } from '../live/live-feed.ts';
import type { LiveSubscription } from '../live/live-subscription.ts';
import { activityPayload, type onActivityInput } from './schema.ts';

export type UserActivity =
  | ({ type: 'user_activity' } & z.output<typeof activityPayload>)
  /** Events are missing, because the log no longer has them. */
  | { type: 'reset' };

const view = {
  key: 'activity',
  translate: (event: LoggedEvent): UserActivity | null => {
    if (event.type !== 'user_activity') return null;
    const { type, payload } = event;
    return { type, ...activityPayload.parse(payload) };
  },
  reset: (): UserActivity => ({ type: 'reset' }),
};

/** The sign-ins and sign-outs after `lastEventId`, in commit order. */
export async function onActivity(
  { activityFeed }: { activityFeed: LiveFeed<UserActivity> },
  { lastEventId }: z.output<typeof onActivityInput>,
  signal: AbortSignal | undefined,
): Promise<LiveSubscription<UserActivity>> {
  if (lastEventId === null) await activityFeed.catchUp();
  return activityFeed.subscribe(view, { lastEventId, signal });
}
