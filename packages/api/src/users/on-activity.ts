import type { LoggedEvent } from '@paydeck/db/events';
import type { z } from 'zod';
import type { LiveFeed } from '../live/live-feed.ts';
import type { LiveSubscription } from '../live/live-subscription.ts';
import { activityPayload, type onActivityInput, userChangePayload } from './schema.ts';

export type UserActivity =
  | ({ type: 'user_activity' } & z.output<typeof activityPayload>)
  | ({ type: 'user_changed' } & z.output<typeof userChangePayload>)
  /** Events are missing, because the log no longer has them. */
  | { type: 'reset' };

const reset = (): UserActivity => ({ type: 'reset' });

function signInOrOut({ type, payload }: LoggedEvent): UserActivity | null {
  return type === 'user_activity' ? { type, ...activityPayload.parse(payload) } : null;
}

function userChange({ type, payload }: LoggedEvent): UserActivity | null {
  return type === 'user_changed' ? { type, ...userChangePayload.parse(payload) } : null;
}

const signIns = { key: 'sign-ins', translate: signInOrOut, reset };
const everything = {
  key: 'everything',
  translate: (event: LoggedEvent) => signInOrOut(event) ?? userChange(event),
  reset,
};

/** The sign-ins and sign-outs after `lastEventId`, and with `changes` also the changes of users, in commit order. */
export async function onActivity(
  { activityFeed }: { activityFeed: LiveFeed<UserActivity> },
  { lastEventId, changes }: z.output<typeof onActivityInput>,
  signal: AbortSignal | undefined,
): Promise<LiveSubscription<UserActivity>> {
  if (lastEventId === null) await activityFeed.catchUp();
  return activityFeed.subscribe(changes ? everything : signIns, { lastEventId, signal });
}
