import { useMutation } from '@tanstack/react-query';
import { trpc } from '../client.ts';
import { issueFor } from '../ui/explain-error.ts';
import { TextField } from '../ui/field.tsx';
import { textOf } from '../ui/form-data.ts';
import { FormDialog } from '../ui/form-dialog.tsx';
import { useToast } from '../ui/toasts.tsx';

export function ResetPasswordDialog({
  user,
  open,
  onClose,
}: {
  user: { id: string; username: string };
  open: boolean;
  onClose: () => void;
}) {
  const toast = useToast();
  const reset = useMutation(
    trpc.users.resetPassword.mutationOptions({
      onSuccess: () => {
        onClose();
        toast(`${user.username} has a new password, and has to sign in again.`);
      },
    }),
  );
  return (
    <FormDialog
      title={`New password for ${user.username}`}
      open={open}
      onOpenChange={onClose}
      action="Set password"
      mutation={reset}
      onSubmit={(event) =>
        reset.mutate({ id: user.id, password: textOf(new FormData(event.currentTarget), 'password') })
      }
    >
      <TextField
        label="New password"
        name="password"
        type="password"
        autoComplete="new-password"
        required
        minLength={8}
        hint="At least 8 characters. It ends all sessions of this user."
        error={issueFor(reset.error, 'password')}
      />
    </FormDialog>
  );
}
