import { markSessionRevoked } from '@paydeck/db/sessions';
import type { Actor } from './actor.ts';
import { auditCaller } from './caller.ts';
import { type AuthContext, clearCookie } from './signed-in-answer.ts';

/** Ends the caller's session. Its tokens become invalid at once. */
export async function logout(ctx: AuthContext & { actor: Actor }): Promise<void> {
  const { userId, sessionId } = ctx.actor;
  await markSessionRevoked(ctx.db, { sessionId, reason: 'logout', ...auditCaller(ctx) });
  ctx.sessionCache.forget({ userId, sessionId });
  ctx.liveLog.wake();
  clearCookie(ctx);
}
