import { type ConfirmPassword, reasonOf } from '@paydeck/client';
import { readPassword } from './passwords.ts';

const maxTries = 3;

/** Asks for the password on the terminal, at most three times. Without a terminal nothing is confirmed. */
export const confirmOnTerminal: ConfirmPassword = async (confirm) => {
  if (!process.stdin.isTTY) return false;
  for (let tries = 1; ; tries += 1) {
    const password = await readPassword('Your sign-in is older than 5 minutes. Your password:', {
      fromStdin: false,
    });
    try {
      await confirm(password);
      return true;
    } catch (error) {
      if (reasonOf(error) !== 'invalid_credentials' || tries >= maxTries) throw error;
      process.stderr.write('That is not your password.\n');
    }
  }
};
