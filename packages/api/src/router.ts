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

/** What the typed client is inferred from. */
export type AppRouter = typeof appRouter;

/** Calls procedures inside the process, as the REST adapter does. */
export const createCaller = createCallerFactory(appRouter);
