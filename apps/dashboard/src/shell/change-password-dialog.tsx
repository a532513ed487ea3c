import { reasonOf } from '@paydeck/client';
import { useMutation } from '@tanstack/react-query';
import type { SubmitEvent } from 'react';
import { trpc } from '../client.ts';
import { TextField } from '../ui/field.tsx';
import { textOf } from '../ui/form-data.ts';
import { type DialogProps, FormDialog } from '../ui/form-dialog.tsx';
import { NewPasswordField } from '../ui/new-password-field.tsx';
import { useToast } from '../ui/toasts.tsx';

export function ChangePasswordDialog({ open, onOpenChange }: DialogProps) {
  const toast = useToast();
  const change = useMutation(
    trpc.users.changePassword.mutationOptions({
      onSuccess: () => {
        onOpenChange(false);
        toast('Your password was changed. Your other sessions have ended.');
      },
    }),
  );
  const submit = (event: SubmitEvent<HTMLFormElement>) => {
    const form = new FormData(event.currentTarget);
    change.mutate({
      currentPassword: textOf(form, 'currentPassword'),
      newPassword: textOf(form, 'newPassword'),
    });
  };
  const isWrong = reasonOf(change.error) === 'invalid_credentials';
  return (
    <FormDialog
      title="Change password"
      open={open}
      onOpenChange={onOpenChange}
      action="Change password"
      mutation={change}
      isErrorInField={isWrong}
      onSubmit={submit}
    >
      <TextField
        label="Current password"
        name="currentPassword"
        type="password"
        autoComplete="current-password"
        required
        error={isWrong ? 'That is not your current password.' : undefined}
      />
      <NewPasswordField label="New password" name="newPassword" error={change.error} />
    </FormDialog>
  );
}
