import { Secret, TOTP } from 'otpauth';

/** An authenticator app. */
export type Authenticator = {
  /** The code of the current time step, or of one that is `steps` later. */
  code(steps?: number): string;
};

const periodMs = 30_000;

/** An authenticator app with the secret that the server gave, in base32. */
export const authenticatorOf = (secret: string): Authenticator => ({
  code: (steps = 0) =>
    new TOTP({ secret: Secret.fromBase32(secret) }).generate({ timestamp: Date.now() + steps * periodMs }),
});
