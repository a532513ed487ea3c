import { reasonOf } from '@paydeck/client';
import { useMutation } from '@tanstack/react-query';
import type { SubmitEvent } from 'react';
import { trpc } from '../client.ts';
import { issueFor } from '../ui/explain-error.ts';
import { TextField } from '../ui/field.tsx';
import { textOf } from '../ui/form-data.ts';
import { FormDialog } from '../ui/form-dialog.tsx';
import { useToast } from '../ui/toasts.tsx';

export function ChangePasswordDialog({
  open,
  onOpenChange,
}: {
  open: boolean;
  onOpenChange: (open: boolean) => void;
}) {
  const toast = useToast();
  const change = useMutation(
    trpc.users.changePassword.mutationOptions({
      onSuccess: () => {
        onOpenChange(false);
        toast('Your password is changed. Your other sessions have ended.');
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
      onSubmit={submit}
    >
      <TextField
        label="Current password"
        name="currentPassword"
        type="password"
        autoComplete="current-password"
        required
        error={isWrong ? 'This is not your current password.' : undefined}
      />
      <TextField
        label="New password"
        name="newPassword"
        type="password"
        autoComplete="new-password"
        required
        minLength={8}
        hint="At least 8 characters."
        error={issueFor(change.error, 'newPassword')}
      />
    </FormDialog>
  );
}
