import { randomBytes } from 'node:crypto';
import { Secret, TOTP } from 'otpauth';

/** RFC 6238 with the values that every authenticator app knows: SHA-1, six digits, 30 seconds. */
const periodSeconds = 30;
const totp = (secret: Uint8Array, label = '') =>
  new TOTP({
    issuer: 'Paydeck',
    label,
    algorithm: 'SHA1',
    digits: 6,
    period: periodSeconds,
    secret: new Secret({ buffer: Uint8Array.from(secret).buffer }),
  });

/** 160 random bits, as RFC 4226 recommends. */
export const createTotpSecret = (): Buffer => randomBytes(20);

/** The secret in base32, for typing it in, and the `otpauth:` URI that a QR code shows. */
export function describeTotpSecret(secret: Uint8Array, username: string): { secret: string; uri: string } {
  const described = totp(secret, username);
  return { secret: described.secret.base32, uri: described.toString() };
}

/**
 * The time step whose code this is: the current one, the one before or the one after, as clocks differ (RFC 6238, 5.2). Null
 * for a wrong code.
 */
export function findTotpStep(secret: Uint8Array, code: string, now = Date.now()): number | null {
  const step = Math.floor(now / 1000 / periodSeconds);
  const delta = totp(secret).validate({ token: code, timestamp: now, window: 1 });
  return delta === null ? null : step + delta;
}
