import { type Authenticator, authenticatorOf } from './authenticator.ts';
import { type Caller, knownPassword } from './test-api.ts';

/** Gives a user, whose password is `knownPassword`, an authenticator. It is confirmed with the code of the step before this one. */
export async function addAuthenticator(
  call: Caller,
): Promise<{ authenticator: Authenticator; recoveryCodes: string[] }> {
  const { secret } = await call.secondFactor.enrolTotp({ password: knownPassword });
  const authenticator = authenticatorOf(secret);
  const { recoveryCodes } = await call.secondFactor.confirmTotp({ code: authenticator.code(-1) });
  return { authenticator, recoveryCodes };
}
