import { z } from 'zod';

/** The ways to prove the second factor. */
const secondFactorMethod = z.enum(['totp', 'recovery_code']);

/**
 * How to complete a sign-in that was refused with `second_factor_required`: `challenge` goes to `auth.verifySecondFactor`, before
 * `expiresAt`.
 */
export const secondFactorRequest = z.object({
  challenge: z.string(),
  methods: z.array(secondFactorMethod),
  /** ISO 8601. */
  expiresAt: z.string(),
});
export type SecondFactorRequest = z.output<typeof secondFactorRequest>;

const password = z.string().min(1).max(1_000);

/** Six digits, perhaps with a space in the middle as many apps show them, or a recovery code. */
const code = z.string().trim().min(1).max(50);

export const verifySecondFactorInput = z.strictObject({ challenge: z.string().min(1).max(200), code });

/** The caller's own password. */
export const ownPassword = z.strictObject({ password });

export const confirmTotpInput = z.strictObject({ code });

export const secondFactorState = z.object({
  /** Whether this server requires a second factor of the caller's role. */
  isRequired: z.boolean(),
  /** The authenticator app; null when there is none. */
  totp: z.object({ addedAt: z.date() }).nullable(),
  /** How many recovery codes are left. */
  recoveryCodes: z.int(),
});

/** A new authenticator, which counts once `confirmTotp` got a code of it. */
export const pendingTotp = z.object({
  /** In base32, for typing it in. */
  secret: z.string(),
  /** For a QR code: `otpauth://totp/…`. */
  uri: z.string(),
});

/** Shown only once. */
export const newRecoveryCodes = z.object({ recoveryCodes: z.array(z.string()) });
