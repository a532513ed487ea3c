import type { Role } from '@paydeck/contract/users';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { queryClient, trpc } from '../client.ts';
import { FormDialog } from '../ui/form-dialog.tsx';
import { roleNames, roleNouns } from '../ui/role-options.tsx';
import { useToast } from '../ui/toasts.tsx';

export type AccessChange = { role: Role } | { active: false };

type User = { id: string; username: string };

/**
 * Asks before a user gets another role or is deactivated, and asks a second time when the change takes rights away from
 * the admin who makes it. Nothing changes while `change` is null, or when the dialog is closed.
 */
export function AccessDialog({
  user,
  isSelf,
  change,
  onClose,
}: {
  user: User;
  isSelf: boolean;
  change: AccessChange | null;
  onClose: () => void;
}) {
  // The question stays visible while the dialog closes.
  const [shown, setShown] = useState(change);
  if (change !== null && change !== shown) setShown(change);
  return shown === null ? null : (
    <Questions user={user} isSelf={isSelf} change={shown} isOpen={change !== null} onClose={onClose} />
  );
}

function Questions({
  user: { id, username },
  isSelf,
  change,
  isOpen,
  onClose,
}: {
  user: User;
  isSelf: boolean;
  change: AccessChange;
  isOpen: boolean;
  onClose: () => void;
}) {
  const toast = useToast();
  const [isFirstAnswered, setFirstAnswered] = useState(false);
  const close = () => {
    setFirstAnswered(false);
    onClose();
  };
  const update = useMutation(
    trpc.users.update.mutationOptions({
      onSuccess: () => {
        close();
        toast(`${username} ${'role' in change ? `is ${roleNouns[change.role]} now` : 'is deactivated'}.`);
      },
      onSettled: (_, error) =>
        // An admin who has given up the own rights may not read the users.
        isSelf && error === null ? undefined : queryClient.invalidateQueries(trpc.users.list.queryFilter()),
    }),
  );
  const { title, action, effect } = questionAbout(username, change);
  const send = () => update.mutate({ id, ...change });
  const first = (
    <FormDialog
      title={title}
      open={isOpen && !isFirstAnswered}
      onOpenChange={close}
      action={isSelf ? 'Continue' : action}
      actionLook={'role' in change ? 'primary' : 'danger'}
      mutation={update}
      onSubmit={() => (isSelf ? setFirstAnswered(true) : send())}
    >
      <p>{effect}</p>
    </FormDialog>
  );
  if (!isSelf) return first;
  return (
    <>
      {first}
      <FormDialog
        title="This is your own account"
        open={isOpen && isFirstAnswered}
        onOpenChange={close}
        action={action}
        actionLook="danger"
        mutation={update}
        onSubmit={send}
      >
        <p>
          You lose your rights as an admin at once, and only another admin can give them back. Programs that
          run with your API keys lose them, too.
        </p>
      </FormDialog>
    </>
  );
}

function questionAbout(username: string, change: AccessChange) {
  if (!('role' in change))
    return {
      title: `Deactivate ${username}?`,
      action: 'Deactivate',
      effect: `This ends all sessions of ${username} and revokes the user’s API keys. An admin can activate the user again; the API keys stay revoked.`,
    };
  return {
    title: `Make ${username} ${roleNouns[change.role]}?`,
    action: `Make ${roleNames[change.role].toLowerCase()}`,
    effect:
      change.role === 'admin'
        ? `${username} will be able to record and settle payments, and to manage all users, including you.`
        : `${username} will still see payments and statistics, but can’t change anything any more.`,
  };
}
