import { useMutation } from '@tanstack/react-query';
import { queryClient, trpc } from '../client.ts';
import { FormDialog } from '../ui/form-dialog.tsx';
import { useToast } from '../ui/toasts.tsx';
import type { UserDialogProps } from './user-dialog-props.ts';

export function DeleteUserDialog({ user, open, onOpenChange }: UserDialogProps) {
  const toast = useToast();
  const remove = useMutation(
    trpc.users.delete.mutationOptions({
      onSuccess: ({ outcome }) => {
        onOpenChange(false);
        toast(
          outcome === 'erased'
            ? `${user.username} was deleted.`
            : `${user.username} was deactivated instead of deleted, because the history refers to this user.`,
        );
      },
      onSettled: () => queryClient.invalidateQueries(trpc.users.list.queryFilter()),
    }),
  );
  return (
    <FormDialog
      title={`Delete ${user.username}?`}
      open={open}
      onOpenChange={onOpenChange}
      action="Delete"
      actionLook="danger"
      mutation={remove}
      onSubmit={() => remove.mutate({ id: user.id })}
    >
      <p>
        This ends all sessions of {user.username}. A user who has signed in or recorded a payment is
        deactivated instead of deleted, so that the history still shows who did what.
      </p>
    </FormDialog>
  );
}
