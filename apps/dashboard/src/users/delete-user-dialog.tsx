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
            ? `${user.username} is deleted.`
            : `${user.username} is deactivated, and stays as the author of what they did.`,
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
        All their sessions end. A user who ever signed in or recorded a payment is deactivated instead, so
        that what they did keeps its author.
      </p>
    </FormDialog>
  );
}
