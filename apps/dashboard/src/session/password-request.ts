import type { ConfirmPassword } from '@paydeck/client';

/** A call waits until the user has entered the password, or has declined. */
export type PasswordRequest = {
  /** Rejects with `invalid_credentials` for a wrong password. */
  confirm(password: string): Promise<void>;
  settle(isConfirmed: boolean): void;
};

let pending: PasswordRequest | null = null;
const listeners = new Set<() => void>();

function setPending(request: PasswordRequest | null): void {
  pending = request;
  for (const listener of listeners) listener();
}

/** Shows the dialog that asks for the password (confirm-password-dialog.tsx). */
export const askForPassword: ConfirmPassword = (confirm) =>
  new Promise((resolve) => {
    const settle = (isConfirmed: boolean) => {
      setPending(null);
      resolve(isConfirmed);
    };
    setPending({ confirm, settle });
  });

export const getPasswordRequest = (): PasswordRequest | null => pending;

export function subscribeToPasswordRequest(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
