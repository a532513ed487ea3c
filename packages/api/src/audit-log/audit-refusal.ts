import { z } from 'zod';
import { authorOf } from '../auth/actor.ts';
import { auditCaller } from '../auth/caller.ts';
import type { Context } from '../context.ts';
import { toAppError } from '../errors.ts';

type RefusedCall = {
  ctx: Context;
  /** The procedure, or the route of REST. */
  path: string;
  getRawInput(): Promise<unknown>;
};

const isLogin = (path: string) => /login/i.test(path);
/** Whether a procedure checks a password or a code, so that too many calls may be guesses. */
const checksSecret = (path: string) => /login|confirm|change-?password|factor/i.test(path);

/**
 * Notes a refusal that an admin may want to read about:
 * - `call.refused`: the caller has no right to it.
 * - `user.login_failed`: the user name or the password is wrong. `user.login_limited`: the sign-in was not even tried,
 *   because there were too many wrong ones.
 * - `user.check_failed`, `user.check_limited`: the same for other procedures that check a password or a code.
 *
 * Never rejects.
 */
export async function auditRefusal(error: unknown, call: RefusedCall): Promise<void> {
  try {
    const { reason } = toAppError(error);
    if (reason === 'forbidden') return await noteSignedIn(call, 'call.refused');
    const isLimited = reason === 'too_many_requests' && checksSecret(call.path);
    if (!isLimited && reason !== 'invalid_credentials' && reason !== 'second_factor_invalid') return;
    const outcome = isLimited ? 'limited' : 'failed';
    if (isLogin(call.path)) await noteLogin(call, `user.login_${outcome}`);
    else await noteSignedIn(call, `user.check_${outcome}`);
  } catch {
    // A session that ended during the call, for example. The caller gets the refusal anyway.
  }
}

async function noteSignedIn({ ctx, path }: RefusedCall, action: string): Promise<void> {
  const actor = await ctx.authenticate();
  const about = { subjectId: null, details: { call: path } };
  ctx.auditTrail.noteRefusal({ ...auditCaller(ctx), ...authorOf(actor), action, ...about }, 'signed-in');
}

const loginInput = z.object({ username: z.string() });

async function noteLogin({ ctx, getRawInput }: RefusedCall, action: string): Promise<void> {
  const { username } = loginInput.parse(await getRawInput());
  const nobody = { actorId: null, apiKeyId: null, subjectId: null };
  const named = { subjectUsername: username, details: { username } };
  ctx.auditTrail.noteRefusal({ ...auditCaller(ctx), ...nobody, action, ...named }, 'anonymous');
}
