import type { AppRouter } from '@paydeck/api/router';
import type { inferRouterInputs, inferRouterOutputs } from '@trpc/server';

/** The input of each procedure: `RouterInputs['payments']['list']`. */
export type RouterInputs = inferRouterInputs<AppRouter>;

/** The output of each procedure: `RouterOutputs['payments']['list']`. */
export type RouterOutputs = inferRouterOutputs<AppRouter>;

/**
 * The input of `payments.create` with every field named, even if its value is undefined. A form or a command that sends a
 * value of this type does not compile when it lacks a field.
 */
export type EveryPaymentField = {
  [Field in keyof Required<CreateInput>]: CreateInput[Field];
};
type CreateInput = Omit<RouterInputs['payments']['create'], 'idempotencyKey'>;

/** The filter of list, export, stats and live updates. */
export type PaymentFilter = NonNullable<Exclude<RouterInputs['payments']['list'], void>['filter']>;
