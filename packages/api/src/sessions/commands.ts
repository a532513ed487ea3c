import { type EndedSession, markSessionEnded, markSessionsEnded, selectSessions } from '@paydeck/db/sessions';
import type { z } from 'zod';
import type { Actor } from '../auth/actor.ts';
import { auditCaller } from '../auth/caller.ts';
import { type AuthContext, clearCookie } from '../auth/signed-in-answer.ts';
import { AppError } from '../errors.ts';
import {
  isAdminWithSecondFactor,
  refuseWithoutSecondFactor,
} from '../second-factor/require-second-factor.ts';
import type { ApiSettings } from '../settings.ts';
import type { endAllSessionsInput, endedSessions, listSessionsInput, sessionList } from './schema.ts';

type SessionsContext = AuthContext & { actor: Actor; settings: ApiSettings };

/**
 * The 500 most recently used live sessions of the caller, or of the user that an admin names; none for an unknown user.
 * Reason: `forbidden`.
 */
export async function listSessions(
  ctx: SessionsContext,
  { userId = ctx.actor.userId }: z.output<typeof listSessionsInput>,
): Promise<z.output<typeof sessionList>> {
  requireRightOver(ctx, userId);
  const { maxLifetimeSeconds } = ctx.refreshTokens;
  const sessions = await selectSessions(ctx.db.orm, { userId, maxLifetimeSeconds });
  return sessions.map((session) => ({ ...session, current: session.id === ctx.actor.sessionId }));
}

/**
 * Ends a session of the caller, or anyone's if the caller is an admin, with immediate effect. Reason: `session_not_found`,
 * also for a session that has ended, and for another user's session if the caller is not an admin.
 */
export async function endSession(ctx: SessionsContext, { id }: { id: string }): Promise<void> {
  const { userId } = ctx.actor;
  const ended = await markSessionEnded(ctx.db, {
    sessionId: id,
    ownerId: isAdminWithSecondFactor(ctx) ? null : userId,
    actorId: userId,
    ...auditCaller(ctx),
  });
  if (ended === null) throw new AppError('session_not_found', 'There is no open session with this id.');
  announceEnds(ctx, [ended]);
}

/**
 * Ends all sessions of the caller, or of the user that an admin names, with immediate effect. The session that makes the
 * call is kept, unless `keepCurrent` is false. API keys are kept. Reason: `forbidden`.
 */
export async function endAllSessions(
  ctx: SessionsContext,
  { userId = ctx.actor.userId, keepCurrent }: z.output<typeof endAllSessionsInput>,
): Promise<z.output<typeof endedSessions>> {
  requireRightOver(ctx, userId);
  const ended = await markSessionsEnded(ctx.db, {
    userId,
    keptSessionId: keepCurrent ? ctx.actor.sessionId : null,
    actorId: ctx.actor.userId,
    ...auditCaller(ctx),
  });
  announceEnds(ctx, ended);
  return { ended: ended.length };
}

function requireRightOver(ctx: SessionsContext, userId: string): void {
  if (userId.toLowerCase() === ctx.actor.userId) return;
  if (ctx.actor.role !== 'admin')
    throw new AppError('forbidden', 'Only an admin may do this for another user.');
  refuseWithoutSecondFactor(ctx);
}

function announceEnds(ctx: SessionsContext, ended: readonly EndedSession[]): void {
  for (const session of ended) ctx.sessionCache.forget(session);
  ctx.liveLog.wake();
  if (ended.some(({ sessionId }) => sessionId === ctx.actor.sessionId)) clearCookie(ctx);
}
