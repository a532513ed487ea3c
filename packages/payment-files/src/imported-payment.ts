import type { RouterInputs } from '@paydeck/client';

/** A payment as `payments.import` takes it, before it has an id. */
export type ImportedPayment = Omit<RouterInputs['payments']['import']['payments'][number], 'id'> & {
  id?: string | undefined;
};
