import type { AppRouter } from '@paydeck/api/router';
import type { inferRouterInputs, inferRouterOutputs } from '@trpc/server';

/** The input of each procedure: `RouterInputs['payments']['list']`. */
export type RouterInputs = inferRouterInputs<AppRouter>;

/** The output of each procedure: `RouterOutputs['payments']['list']`. */
export type RouterOutputs = inferRouterOutputs<AppRouter>;

/** The filter of list, export, stats and live updates. */
export type PaymentFilter = NonNullable<Exclude<RouterInputs['payments']['list'], void>['filter']>;
