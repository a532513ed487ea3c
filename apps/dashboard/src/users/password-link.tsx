import type { RouterOutputs } from '@paydeck/client';
import { useMutation } from '@tanstack/react-query';
import { queryClient, trpc } from '../client.ts';
import { formatDateTime } from '../format/dates.ts';
import { pageUrl } from '../page-url.ts';
import { FormDialog } from '../ui/form-dialog.tsx';
import { SecretText } from '../ui/secret-text.tsx';
import type { UserDialogProps } from './user-dialog-props.ts';

type PasswordLink = RouterOutputs['passwordLinks']['create'];

/** A new link, which is shown only now. */
export function ShownPasswordLink({ link: { username, token, expiresAt } }: { link: PasswordLink }) {
  return (
    <>
      <p>
        Give this link to {username}. It works once, until {formatDateTime(expiresAt)}, and is shown only
        once. Anyone who has it can set the password, so make sure that only {username} gets it.
      </p>
      <SecretText label="password link" text={`${pageUrl}/set-password#${token}`} />
    </>
  );
}

/** Makes a link with which a user sets a new password, and shows it. */
export function PasswordLinkDialog({ user, open, onOpenChange }: UserDialogProps) {
  const create = useMutation(
    trpc.passwordLinks.create.mutationOptions({
      onSettled: () => queryClient.invalidateQueries(trpc.passwordLinks.list.queryFilter()),
    }),
  );
  const close = () => {
    create.reset();
    onOpenChange(false);
  };
  return (
    <FormDialog
      title={`Password link for ${user.username}`}
      open={open}
      onOpenChange={onOpenChange}
      action={create.data === undefined ? 'Make link' : 'Done'}
      isDone={create.data !== undefined}
      mutation={create}
      onSubmit={() => (create.data === undefined ? create.mutate({ userId: user.id }) : close())}
    >
      {create.data === undefined ? (
        <p>
          With the link, {user.username} sets a new password, which you don’t see. It works once, within 24
          hours, and replaces an earlier one. Until it is used, the old password and all sessions stay valid.
        </p>
      ) : (
        <ShownPasswordLink link={create.data} />
      )}
    </FormDialog>
  );
}
