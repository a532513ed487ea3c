import { minPasswordCharacters } from '@paydeck/contract/users';
import { useMutation } from '@tanstack/react-query';
import { trpc } from '../client.ts';
import { textOf } from '../ui/form-data.ts';
import { FormDialog, noOwnErrors } from '../ui/form-dialog.tsx';
import { NewPasswordField } from '../ui/new-password-field.tsx';
import { useToast } from '../ui/toasts.tsx';
import type { UserDialogProps } from './user-dialog-props.ts';

export function ResetPasswordDialog({ user, open, onOpenChange }: UserDialogProps) {
  const toast = useToast();
  const reset = useMutation(
    trpc.users.resetPassword.mutationOptions({
      onSuccess: () => {
        onOpenChange(false);
        toast(`${user.username} has a new password and must sign in again.`);
      },
    }),
  );
  return (
    <FormDialog
      title={`New password for ${user.username}`}
      open={open}
      onOpenChange={onOpenChange}
      action="Set password"
      mutation={reset}
      ownErrors={noOwnErrors}
      onSubmit={(event) =>
        reset.mutate({ id: user.id, password: textOf(new FormData(event.currentTarget), 'password') })
      }
    >
      <NewPasswordField
        label="New password"
        name="password"
        hint={`At least ${minPasswordCharacters} characters. This ends all sessions of the user.`}
        error={reset.error}
      />
    </FormDialog>
  );
}
