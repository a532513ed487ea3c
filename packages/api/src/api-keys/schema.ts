import { z } from 'zod';
import { role } from '../auth/schema.ts';
import { instant, text } from '../shapes.ts';

export const createApiKeyInput = z.strictObject({
  /** What the key is for. */
  name: text({ min: 1, max: 50 }),
  role,
  expiresAt: instant
    .refine((value) => value.getTime() > Date.now(), { error: 'must lie in the future' })
    .nullish(),
});

const fields = {
  id: z.uuid(),
  name: z.string(),
  /** The most that the key may do; it never may do more than who created it. */
  role,
  createdAt: z.date(),
  /** Null for a key without an end. */
  expiresAt: z.date().nullable(),
};

export const createdApiKey = z.object({
  ...fields,
  /** Shown this once: only its hash is kept. */
  key: z.string(),
});

export const apiKeyList = z.array(
  z.object({
    ...fields,
    /** The key's beginning and end, to know it by: `pdk_…x7Qa`. */
    hint: z.string(),
    /** The user name. */
    createdBy: z.string(),
    /** To the minute; null for a key that was never used. */
    lastUsedAt: z.date().nullable(),
    revokedAt: z.date().nullable(),
  }),
);

export const apiKeyId = z.strictObject({ id: z.uuid() });
