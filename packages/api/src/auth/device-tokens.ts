import { createHmac, hkdfSync, randomUUID, timingSafeEqual } from 'node:crypto';

/** How long a browser is recognized after its last sign-in. */
export const deviceLifetimeSeconds = 180 * 24 * 60 * 60;

export type DeviceTokens = {
  /** A token that says: this user has signed in on this device. `deviceId` is null for a new device. */
  issue(userId: string, deviceId: string | null): string;
  /** The id of the device, if the token was issued for this user and has not expired; null otherwise. */
  deviceOf(token: string | null, userId: string | null): string | null;
};

/**
 * Signs tokens that are kept by browsers that users have signed in with. A token opens nothing. It only lets its browser guess the
 * password of its user while others have used up their guesses ("device cookies" of OWASP). Signed with HMAC-SHA256, by a key that
 * is derived from `secret`.
 */
export function createDeviceTokens(secret: string): DeviceTokens {
  const key = Buffer.from(hkdfSync('sha256', secret, '', 'paydeck device tokens', 32));
  const sign = (claims: string) => createHmac('sha256', key).update(claims).digest('base64url');

  return {
    issue: (userId, deviceId) => {
      const expiresAt = Math.floor(Date.now() / 1000) + deviceLifetimeSeconds;
      const claims = `${userId}.${deviceId ?? randomUUID()}.${expiresAt}`;
      return `${claims}.${sign(claims)}`;
    },
    deviceOf: (token, userId) => {
      const [user, deviceId, expiresAt, signature, ...rest] = token?.split('.') ?? [];
      if (deviceId === undefined || signature === undefined || rest.length > 0) return null;
      const expected = Buffer.from(sign(`${user}.${deviceId}.${expiresAt}`));
      const given = Buffer.from(signature);
      if (given.length !== expected.length || !timingSafeEqual(given, expected)) return null;
      return user === userId && Number(expiresAt) * 1000 > Date.now() ? deviceId : null;
    },
  };
}
