import { useMutation } from '@tanstack/react-query';
import { queryClient, trpc } from '../client.ts';
import { FormDialog } from '../ui/form-dialog.tsx';
import { useToast } from '../ui/toasts.tsx';
import type { UserDialogProps } from './user-dialog-props.ts';

export function RemoveSecondFactorDialog({ user, open, onOpenChange }: UserDialogProps) {
  const toast = useToast();
  const remove = useMutation(
    trpc.users.removeSecondFactor.mutationOptions({
      onSuccess: () => {
        onOpenChange(false);
        toast(`${user.username} can sign in with the password alone now.`);
        return queryClient.invalidateQueries(trpc.users.list.queryFilter());
      },
    }),
  );
  return (
    <FormDialog
      title={`Remove the second factor of ${user.username}?`}
      open={open}
      onOpenChange={onOpenChange}
      action="Remove"
      actionLook="danger"
      mutation={remove}
      onSubmit={() => remove.mutate({ id: user.id })}
    >
      <p>
        This ends all sessions of {user.username}. Make sure that it was {user.username} who asked for it: the
        password alone is enough to sign in then.
      </p>
    </FormDialog>
  );
}
