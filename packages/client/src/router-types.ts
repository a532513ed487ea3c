import type { AppRouter } from '@paydeck/api/router';
import type { inferRouterInputs, inferRouterOutputs } from '@trpc/server';

/** What each procedure takes: `RouterInputs['payments']['list']`. */
export type RouterInputs = inferRouterInputs<AppRouter>;

/** What each procedure answers: `RouterOutputs['payments']['list']`. */
export type RouterOutputs = inferRouterOutputs<AppRouter>;

/** What list, export, stats and live updates are filtered by. */
export type PaymentFilter = NonNullable<Exclude<RouterInputs['payments']['list'], void>['filter']>;
