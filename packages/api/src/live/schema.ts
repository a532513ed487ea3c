import { z } from 'zod';

/** Where a subscription resumes: the id of the last event received, or the `asOf` of what was read. */
export const lastEventId = z
  .union([z.string(), z.number()], { error: 'must be a string or a number' })
  .nullish()
  .transform((value) => value ?? null);
