import { z } from 'zod';
import { newPassword } from '../users/schema.ts';

/** 256 random bits in base64url. */
const token = z.string().regex(/^[\w-]{43}$/, { error: 'must be the text after the # of the link' });

/** The links that can still be used. */
export const passwordLinkList = z.array(
  z.object({
    userId: z.uuid(),
    username: z.string(),
    /** The user name of the admin who made the link. */
    createdBy: z.string(),
    createdAt: z.date(),
    expiresAt: z.date(),
  }),
);

export const passwordLinkUser = z.strictObject({ userId: z.uuid() });

export const createdPasswordLink = z.object({
  userId: z.uuid(),
  username: z.string(),
  /** Only its hash is stored, so it can't be shown again. The link is the page's address, `/set-password#` and the token. */
  token: z.string(),
  expiresAt: z.date(),
});

export const checkPasswordLinkInput = z.strictObject({ token });

export const checkedPasswordLink = z.object({ username: z.string(), expiresAt: z.date() });

export const passwordSet = z.object({ username: z.string() });

export const setPasswordInput = z.strictObject({ token, password: newPassword });
