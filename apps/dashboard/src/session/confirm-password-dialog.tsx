import { reasonOf } from '@paydeck/client';
import { useMutation } from '@tanstack/react-query';
import { useSyncExternalStore } from 'react';
import { textOf } from '../ui/form-data.ts';
import { FormDialog } from '../ui/form-dialog.tsx';
import { OwnPasswordField } from '../ui/own-password-field.tsx';
import { getPasswordRequest, subscribeToPasswordRequest } from './password-request.ts';

/** Asks for the password when a call needs it. The call continues by itself. */
export function ConfirmPasswordDialog() {
  const request = useSyncExternalStore(subscribeToPasswordRequest, getPasswordRequest);
  const confirm = useMutation({
    mutationFn: async (password: string) => request?.confirm(password),
    onSuccess: () => request?.settle(true),
  });
  const isWrong = reasonOf(confirm.error) === 'invalid_credentials';
  return (
    <FormDialog
      title="Confirm your password"
      open={request !== null}
      onOpenChange={() => request?.settle(false)}
      action="Confirm"
      mutation={confirm}
      isErrorInField={isWrong}
      isOnTop
      onSubmit={(event) => confirm.mutate(textOf(new FormData(event.currentTarget), 'password'))}
    >
      <p>Your sign-in is older than 5 minutes. Changes of users and their access need your password.</p>
      <OwnPasswordField isWrong={isWrong} />
    </FormDialog>
  );
}
