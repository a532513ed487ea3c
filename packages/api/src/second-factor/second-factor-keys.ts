import {
  createCipheriv,
  createDecipheriv,
  createHmac,
  hkdfSync,
  randomBytes,
  timingSafeEqual,
} from 'node:crypto';

/** The keys that second factors need, derived from the server's secret. Every server with the same secret has the same keys. */
export type SecondFactorKeys = {
  /** Encrypts the secret of a user's authenticator for the database. */
  seal(secret: Uint8Array, userId: string): Buffer;
  /** Decrypts what `seal` returned. Null when it was encrypted with another secret of the server, or for another user. */
  open(sealed: Buffer, userId: string): Buffer | null;
  /** A new challenge: 256 random bits and a signature. */
  createChallenge(): string;
  /** Whether one of these servers created the challenge. So made-up ones cost no query. */
  isOwnChallenge(challenge: string): boolean;
};

const randomBytesOfChallenge = 32;
const signatureBytes = 16;
const [ivBytes, tagBytes] = [12, 16];

/** AES-256-GCM and HMAC-SHA-256, with keys that are derived from the server's secret (HKDF, RFC 5869). */
export function createSecondFactorKeys(serverSecret: string): SecondFactorKeys {
  const deriveKey = (purpose: string) =>
    Buffer.from(hkdfSync('sha256', serverSecret, '', `paydeck second factor: ${purpose}`, 32));
  const sealKey = deriveKey('secrets');
  const challengeKey = deriveKey('challenges');

  const sign = (random: Buffer) =>
    createHmac('sha256', challengeKey).update(random).digest().subarray(0, signatureBytes);

  return {
    seal: (secret, userId) => {
      const iv = randomBytes(ivBytes);
      const cipher = createCipheriv('aes-256-gcm', sealKey, iv).setAAD(Buffer.from(userId));
      const encrypted = Buffer.concat([cipher.update(secret), cipher.final()]);
      return Buffer.concat([iv, cipher.getAuthTag(), encrypted]);
    },
    open: (sealed, userId) => {
      const iv = sealed.subarray(0, ivBytes);
      const decipher = createDecipheriv('aes-256-gcm', sealKey, iv, { authTagLength: tagBytes })
        .setAAD(Buffer.from(userId))
        .setAuthTag(sealed.subarray(ivBytes, ivBytes + tagBytes));
      const decrypted = decipher.update(sealed.subarray(ivBytes + tagBytes));
      try {
        return Buffer.concat([decrypted, decipher.final()]);
      } catch {
        return null;
      }
    },
    createChallenge: () => {
      const random = randomBytes(randomBytesOfChallenge);
      return Buffer.concat([random, sign(random)]).toString('base64url');
    },
    isOwnChallenge: (challenge) => {
      const bytes = Buffer.from(challenge, 'base64url');
      if (bytes.length !== randomBytesOfChallenge + signatureBytes) return false;
      const random = bytes.subarray(0, randomBytesOfChallenge);
      return timingSafeEqual(sign(random), bytes.subarray(randomBytesOfChallenge));
    },
  };
}
