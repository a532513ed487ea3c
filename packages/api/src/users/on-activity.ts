import { type TrackedEnvelope, tracked } from '@trpc/server';
import type { z } from 'zod';
import type { Context } from '../context.ts';
import { followLog } from '../live/follow-log.ts';
import { activityPayload, type onActivityInput } from './schema.ts';

export type UserActivity =
  | ({ type: 'user_activity' } & z.output<typeof activityPayload>)
  /** Events are missing: the log no longer has them. */
  | { type: 'reset' };

/** Who signs in and out, from `lastEventId` on, in commit order. */
export async function* onActivity(
  ctx: Context,
  { lastEventId }: z.output<typeof onActivityInput>,
  signal: AbortSignal | undefined,
): AsyncGenerator<TrackedEnvelope<UserActivity>> {
  for await (const step of followLog(ctx, { lastEventId, signal })) {
    if (step.kind === 'reset') {
      yield tracked(String(step.position), { type: 'reset' });
    } else if (step.event.type === 'user_activity') {
      const activity = activityPayload.parse(step.event.payload);
      yield tracked(String(step.event.position), { type: 'user_activity', ...activity });
    }
  }
}
