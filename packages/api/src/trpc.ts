import { initTRPC } from '@trpc/server';
import superjson from 'superjson';
import { z } from 'zod';
import { auditRefusal } from './audit-log/audit-refusal.ts';
import type { Actor } from './auth/actor.ts';
import { requireConfirmedPassword } from './auth/confirm-password.ts';
import type { Context } from './context.ts';
import { AppError, toAppError } from './errors.ts';
import { serializeOutput } from './output/serialize-output.ts';
import { shortPath } from './refusal-size.ts';
import { refuseWithoutSecondFactor } from './second-factor/require-second-factor.ts';
import { zodMessage } from './zod-messages.ts';

// Sets the messages of invalid inputs whose schema gives no message, for the whole process.
z.config({ localeError: zodMessage });

const unchanged = (value: unknown) => value;

const t = initTRPC.context<Context>().create({
  // Outputs keep their Dates. Inputs are plain JSON: superjson would create objects of types that an attacker chooses,
  // before the input is validated.
  transformer: {
    input: { serialize: unchanged, deserialize: unchanged },
    output: { serialize: serializeOutput, deserialize: superjson.deserialize },
  },
  isDev: false,
  sse: { ping: { enabled: true, intervalMs: 15_000 }, client: { reconnectAfterInactivityMs: 30_000 } },
  errorFormatter: ({ shape, error }) => {
    const { message, reason, issues, code, httpStatus, retryAfterSeconds, secondFactor } = toAppError(error);
    const path = shape.data.path === undefined ? undefined : shortPath(shape.data.path);
    const data = { code, httpStatus, path, reason, issues };
    const details = {
      ...(retryAfterSeconds !== null && { retryAfterSeconds }),
      ...(secondFactor !== null && { secondFactor }),
    };
    return { ...shape, message, data: { ...data, ...details } };
  },
});

export const { router, createCallerFactory } = t;

/** Every procedure: its refusals are noted in the audit log. */
const procedure = t.procedure.use(async ({ ctx, path, getRawInput, next }) => {
  const result = await next();
  if (!result.ok) void auditRefusal(result.error, { ctx, path, getRawInput });
  return result;
});

/** For everyone. Calls from the same address take turns with those from other ones. */
export const publicProcedure = procedure.use(({ ctx, next }) =>
  next({ ctx: { db: ctx.db.ownedBy({ id: `address ${ctx.caller.address}` }) } }),
);

/** For signed-in users and API keys. Each user has a share of the calls that run, and of the database's time. */
export const signedInProcedure = procedure.use(async ({ ctx, type, signal, next }) => {
  const actor = await ctx.authenticate();
  const leave = ctx.callShares.enter(actor.userId);
  try {
    // A write is not canceled with its caller, who may not know whether it happened.
    const db = ctx.db.ownedBy({ id: actor.userId, signal: type === 'mutation' ? undefined : signal });
    return await next({ ctx: { actor, db } });
  } finally {
    leave();
  }
});

/**
 * For signed-in users only. If an API key could call these procedures, it could outlive its revocation, for example by
 * creating another key.
 */
export const sessionProcedure = signedInProcedure.use(({ ctx, next }) => {
  refuseApiKeys(ctx);
  return next();
});

/**
 * For admins, including their API keys. The only place that checks a role. If the server requires a second factor of admins,
 * those without one are refused.
 */
export const adminProcedure = signedInProcedure.use(({ ctx, next }) => {
  if (ctx.actor.role !== 'admin') throw new AppError('forbidden', 'Only an admin may do this.');
  refuseWithoutSecondFactor(ctx);
  return next();
});

/** For signed-in admins only: the procedures that show who has access. */
export const adminSessionProcedure = adminProcedure.use(({ ctx, next }) => {
  refuseApiKeys(ctx);
  return next();
});

/** For admins who signed in or confirmed their password a few minutes ago: the procedures that give and take access. */
export const confirmedAdminProcedure = adminSessionProcedure.use(async ({ ctx, next }) => {
  await requireConfirmedPassword(ctx);
  return next();
});

function refuseApiKeys({ actor }: { actor: Actor }): void {
  if (actor.apiKey !== null) {
    throw new AppError('forbidden', 'An API key may not do this. Sign in as a user.');
  }
}
