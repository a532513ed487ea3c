import type { payments } from '../schema.ts';

/** A payment as users see it. `amountMinor` is in minor units of `currency`. */
export type Payment = Omit<typeof payments.$inferSelect, 'createdBy' | 'apiKeyId' | 'searchText'>;
