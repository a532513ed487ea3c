import { initTRPC } from '@trpc/server';
import superjson from 'superjson';
import type { Actor } from './auth/actor.ts';
import type { Context } from './context.ts';
import { AppError, toAppError } from './errors.ts';

const asIs = (value: unknown) => value;

const t = initTRPC.context<Context>().create({
  // Outputs keep their Dates. Inputs are plain JSON: superjson would build what an attacker names before validation.
  transformer: { input: { serialize: asIs, deserialize: asIs }, output: superjson },
  isDev: false,
  sse: { ping: { enabled: true, intervalMs: 15_000 }, client: { reconnectAfterInactivityMs: 30_000 } },
  errorFormatter: ({ shape, error }) => {
    const { message, reason, issues, code, httpStatus } = toAppError(error);
    return { ...shape, message, data: { code, httpStatus, path: shape.data.path, reason, issues } };
  },
});

export const { router, createCallerFactory } = t;

/** Anyone. */
export const publicProcedure = t.procedure;

/** Whoever is signed in, or has an API key. */
export const signedInProcedure = t.procedure.use(async ({ ctx, next }) =>
  next({ ctx: { actor: await ctx.authenticate() } }),
);

/** Whoever signed in as a user: not with an API key. What a key could do here would outlast it. */
export const personProcedure = signedInProcedure.use(({ ctx, next }) => next({ ctx: personal(ctx) }));

/** Admins. The one place where a role is asked for. */
export const adminProcedure = signedInProcedure.use(({ ctx, next }) => {
  if (ctx.actor.role !== 'admin') throw new AppError('forbidden', 'Only an admin may do this.');
  return next();
});

/** Admins who signed in as users: who manages access. */
export const accessAdminProcedure = adminProcedure.use(({ ctx, next }) => next({ ctx: personal(ctx) }));

function personal<C extends { actor: Actor }>(ctx: C): C {
  if (ctx.actor.apiKey === null) return ctx;
  throw new AppError('forbidden', 'An API key may not do this. Sign in as a user.');
}
