import { reasonOf } from '../errors.ts';

/**
 * Asks the user for the password, and gives it to `confirm`, which rejects with `invalid_credentials` if it is wrong; ask
 * again then. Resolves with whether the password was confirmed: the call that needed it is then repeated.
 */
export type ConfirmPassword = (confirm: (password: string) => Promise<void>) => Promise<boolean>;

export type PasswordConfirmation = {
  /** After the server refused a call: resolves with whether it may be sent again. */
  recover(error: unknown): Promise<boolean>;
};

/** Calls that are refused at the same time share one question. Without `ask` the refusals reach the caller. */
export function createPasswordConfirmation(
  ask: ConfirmPassword | undefined,
  confirm: (password: string) => Promise<void>,
): PasswordConfirmation {
  let asking: Promise<boolean> | null = null;
  return {
    recover: async (error) => {
      if (ask === undefined || reasonOf(error) !== 'confirm_password') return false;
      asking ??= ask(confirm).finally(() => {
        asking = null;
      });
      return asking;
    },
  };
}
