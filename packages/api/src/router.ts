import { apiKeysRouter } from './api-keys/router.ts';
import { authRouter } from './auth/router.ts';
import { paymentsRouter } from './payments/router.ts';
import { statsRouter } from './stats/router.ts';
import { createCallerFactory, router } from './trpc.ts';
import { usersRouter } from './users/router.ts';

export const appRouter = router({
  auth: authRouter,
  users: usersRouter,
  apiKeys: apiKeysRouter,
  payments: paymentsRouter,
  stats: statsRouter,
});

/** The typed client is inferred from this type. */
export type AppRouter = typeof appRouter;

/** Calls procedures within the process, without HTTP. */
export const createCaller = createCallerFactory(appRouter);
