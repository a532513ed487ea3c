import { roles } from '@paydeck/contract/users';
import { z } from 'zod';

export const role = z.enum(roles);

export const loginInput = z.strictObject({
  // Only length-checked: `login` must not reveal which names exist.
  username: z
    .string()
    .trim()
    .min(1)
    .max(200)
    .refine((value) => !value.includes('\0'), { error: 'must not contain null characters' }),
  password: z.string().min(1).max(1_000),
});

export const refreshToken = z.string().min(1).max(200);

/** Without `refreshToken`, the cookie's is used. */
export const refreshInput = z.strictObject({ refreshToken: refreshToken.optional() });

export const confirmPasswordInput = z.strictObject({ password: z.string().min(1).max(1_000) });

/** The output of `login` and `refresh`. */
export const signedIn = z.object({
  accessToken: z.string(),
  /** Replaces the previous one. Empty when it was sent as a cookie. */
  refreshToken: z.string(),
  /** When the access token expires. */
  expiresAt: z.date(),
  user: z.object({ id: z.uuid(), username: z.string(), role }),
});

/** The output of `streamTicket`. */
export const streamTicket = z.object({
  ticket: z.string(),
  /** Thirty seconds from now. */
  expiresAt: z.date(),
});

export const profile = z.object({
  id: z.uuid(),
  username: z.string(),
  /** The caller's role. An API key may have a lower one than its user. */
  role,
  createdAt: z.date(),
  /** The API key that the call was made with; absent for a signed-in user. */
  apiKey: z.object({ id: z.uuid(), name: z.string() }).optional(),
});

/**
 * The payload of an `access_changed` event. `sessionId` is the id of a session or an API key that ended; null when the
 * role, the password or the active state of the user changed.
 */
export const accessChange = z.object({ userId: z.string(), sessionId: z.string().nullable() });
export type AccessChange = z.output<typeof accessChange>;
