import { Secret, TOTP } from 'otpauth';
import type { Caller } from './test-api.ts';
import { knownPassword } from './test-api.ts';

/** An authenticator app, by the secret that the server gave it. */
export type Authenticator = {
  /** The code of the current time step, or of one that is `steps` later. */
  code(steps?: number): string;
};

const periodMs = 30_000;

export const authenticatorOf = (secret: string): Authenticator => ({
  code: (steps = 0) =>
    new TOTP({ secret: Secret.fromBase32(secret) }).generate({ timestamp: Date.now() + steps * periodMs }),
});

/** Gives a user, whose password is `knownPassword`, an authenticator. It was added with the code of the step before this one. */
export async function addAuthenticator(
  call: Caller,
): Promise<{ authenticator: Authenticator; recoveryCodes: string[] }> {
  const { secret } = await call.secondFactor.enrolTotp({ password: knownPassword });
  const authenticator = authenticatorOf(secret);
  const { recoveryCodes } = await call.secondFactor.confirmTotp({ code: authenticator.code(-1) });
  return { authenticator, recoveryCodes };
}
