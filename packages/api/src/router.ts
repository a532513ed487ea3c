import { apiKeysRouter } from './routers/api-keys.ts';
import { auditRouter } from './routers/audit.ts';
import { authRouter } from './routers/auth.ts';
import { passwordLinksRouter } from './routers/password-links.ts';
import { paymentsRouter } from './routers/payments.ts';
import { secondFactorRouter } from './routers/second-factor.ts';
import { sessionsRouter } from './routers/sessions.ts';
import { statsRouter } from './routers/stats.ts';
import { usersRouter } from './routers/users.ts';
import { createCallerFactory, router } from './trpc.ts';

export const appRouter = router({
  auth: authRouter,
  secondFactor: secondFactorRouter,
  users: usersRouter,
  passwordLinks: passwordLinksRouter,
  sessions: sessionsRouter,
  apiKeys: apiKeysRouter,
  payments: paymentsRouter,
  stats: statsRouter,
  audit: auditRouter,
});

/** The typed client is inferred from this type. */
export type AppRouter = typeof appRouter;

/** Calls procedures within the process, without HTTP. */
export const createCaller = createCallerFactory(appRouter);
