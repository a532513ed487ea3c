import { guessablePasswordIssue } from '../auth/guessable.ts';
import { invalidInput } from '../errors.ts';

/** Throws `invalid_input` for a new password that attackers try early. `path` is the field that holds it. */
export function refuseGuessable(path: string, password: string, username: string): void {
  const issue = guessablePasswordIssue(password, username);
  if (issue !== null) throw invalidInput([{ path, message: issue }]);
}
