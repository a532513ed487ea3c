import { roles } from '@paydeck/contract/users';
import { z } from 'zod';

export const role = z.enum(roles);

export const loginInput = z.strictObject({
  // Only bounded: which names exist is for the answer of every wrong sign-in, which is one and the same.
  username: z
    .string()
    .trim()
    .min(1)
    .max(200)
    .refine((value) => !value.includes('\0'), { error: 'holds a null character' }),
  password: z.string().min(1).max(1_000),
});

export const refreshToken = z.string().min(1).max(200);

/** Without a token it is the one of the caller's cookie. */
export const refreshInput = z.strictObject({ refreshToken: refreshToken.optional() });

/** What `login` and `refresh` answer. */
export const signedIn = z.object({
  accessToken: z.string(),
  /** Replaces the one presented. Empty for a caller whose cookie has it. */
  refreshToken: z.string(),
  /** When the access token ends. */
  expiresAt: z.date(),
  user: z.object({ id: z.uuid(), username: z.string(), role }),
});

export const profile = z.object({
  id: z.uuid(),
  username: z.string(),
  /** What the caller may do: an API key may have less than its user. */
  role,
  createdAt: z.date(),
  /** Only there when the call came with an API key, which is that user's. */
  apiKey: z.object({ id: z.uuid(), name: z.string() }).optional(),
});

/** The payload of an `access_changed` event; `sessionId` may be that of an API key. */
export const accessChange = z.object({ userId: z.string(), sessionId: z.string().nullable() });
