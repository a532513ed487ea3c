import { z } from 'zod';

/**
 * The log position after which a subscription begins: the id of the last event received, or the `asOf` of a list or of
 * stats. Null for a subscription that begins now.
 */
export const lastEventId = z
  .union([z.string(), z.number()], { error: 'must be a string or a number' })
  .nullish()
  .transform((value) => value ?? null);
