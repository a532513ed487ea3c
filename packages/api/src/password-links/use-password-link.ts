import type { Database } from '@paydeck/db/connection';
import { selectPasswordLink, updatePasswordByLink } from '@paydeck/db/password-links';
import type { z } from 'zod';
import type { AuditTrail } from '../audit-log/audit-trail.ts';
import { auditCaller, type Caller } from '../auth/caller.ts';
import { countGuess } from '../auth/guess-limit.ts';
import { networkOf } from '../auth/network-of.ts';
import type { Passwords } from '../auth/passwords.ts';
import type { SessionCache } from '../auth/session-cache.ts';
import { AppError } from '../errors.ts';
import type { LiveLog } from '../live/live-log.ts';
import { announceAccessChange } from '../users/access-change.ts';
import { refuseGuessable } from '../users/refuse-guessable.ts';
import { hashLinkToken } from './link-tokens.ts';
import type { checkedPasswordLink, setPasswordInput } from './schema.ts';

/** The context of a caller who holds a link and is not signed in. */
type LinkContext = {
  db: Database;
  caller: Caller;
  passwords: Passwords;
  auditTrail: AuditTrail;
  sessionCache: SessionCache;
  liveLog: LiveLog;
};

/**
 * The user of a link, and when it expires. Reasons: `password_link_not_found` for a link that is unknown, was used or revoked, or
 * has expired; `too_many_requests` after 20 of them from one network. Links that can be used are never limited.
 */
export async function checkPasswordLink(
  ctx: LinkContext,
  { token }: { token: string },
): Promise<z.output<typeof checkedPasswordLink>> {
  const link = await selectPasswordLink(ctx.db.orm, { hash: hashLinkToken(token) });
  return link ?? refuseLink(ctx);
}

/**
 * Sets the password of the user whose link it is. The link ends, and so do all sessions of the user. It opens no session: the
 * user signs in with the new password, and with a second factor if there is one. Reasons: those of `checkPasswordLink`, and
 * `invalid_input` for a guessable password.
 */
export async function setPassword(
  ctx: LinkContext,
  { token, password }: z.output<typeof setPasswordInput>,
): Promise<{ username: string }> {
  const { username } = await checkPasswordLink(ctx, { token });
  refuseGuessable('password', password, username);
  const passwordHash = await ctx.passwords.hash(password);
  const hash = hashLinkToken(token);
  const userId = await updatePasswordByLink(ctx.db, { hash, passwordHash, ...auditCaller(ctx) });
  // The link was used or revoked during the call.
  if (userId === null) throw linkNotFound();
  announceAccessChange(ctx, userId);
  return { username };
}

async function refuseLink(ctx: LinkContext): Promise<never> {
  const rule = {
    key: `password links from ${networkOf(ctx.caller.address)}`,
    burst: 20,
    everySeconds: 30,
  };
  await countGuess(ctx.db, { rules: [rule], subject: 'wrong links' }).catch((error: unknown) => {
    if (!(error instanceof AppError)) throw error;
    const nobody = { actorId: null, apiKeyId: null, subjectId: null };
    const action = 'user.password_link_limited';
    ctx.auditTrail.noteRefusal({ ...auditCaller(ctx), ...nobody, action, details: {} }, 'anonymous');
    throw error;
  });
  throw linkNotFound();
}

const linkNotFound = () =>
  new AppError(
    'password_link_not_found',
    'This link was used, was revoked, or has expired. If you have set your password with it, sign in. Otherwise ask an admin for a new link.',
  );
