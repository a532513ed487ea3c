import { z } from 'zod';
import { role } from '../auth/schema.ts';
import { instant, text } from '../shapes.ts';

export const createApiKeyInput = z.strictObject({
  /** Says what the key is for. */
  name: text({ min: 1, max: 50 }),
  role,
  expiresAt: instant
    .refine((value) => value.getTime() > Date.now(), { error: 'must be in the future' })
    .nullish(),
});

const fields = {
  id: z.uuid(),
  name: z.string(),
  /** The role at creation. If the user's role is lower now, that one applies. */
  role,
  createdAt: z.date(),
  /** Null for a key that does not expire. */
  expiresAt: z.date().nullable(),
};

export const createdApiKey = z.object({
  ...fields,
  /** The key itself. Only its hash is stored, so it can't be shown again. */
  key: z.string(),
});

export const apiKeyList = z.array(
  z.object({
    ...fields,
    /** The first and last characters of the key, to recognize it by: `pdk_…x7Qa`. */
    hint: z.string(),
    /** The user name of the owner. */
    createdBy: z.string(),
    /** Updated once a minute. Null for a key that was never used. */
    lastUsedAt: z.date().nullable(),
    revokedAt: z.date().nullable(),
  }),
);

export const apiKeyId = z.strictObject({ id: z.uuid() });
