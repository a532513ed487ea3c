import { type RouterInputs, reasonOf } from '@paydeck/client';
import { roles } from '@paydeck/contract/users';
import { useMutation } from '@tanstack/react-query';
import { type SubmitEvent, useState } from 'react';
import { client, queryClient, trpc } from '../client.ts';
import { issueFor } from '../ui/explain-error.ts';
import { Segments, SelectField, TextField } from '../ui/field.tsx';
import { choicesOf, textOf } from '../ui/form-data.ts';
import { type DialogProps, FormDialog, noOwnErrors } from '../ui/form-dialog.tsx';
import { NewPasswordField } from '../ui/new-password-field.tsx';
import { RoleOptions } from '../ui/role-options.tsx';
import { useToast } from '../ui/toasts.tsx';
import { ShownPasswordLink } from './password-link.tsx';

const choices = [
  { value: 'link', label: 'With a link' },
  { value: 'here', label: 'Here' },
] as const;

/** Creates a user. Without a password, it also makes a link; null if that fails, when the user exists nevertheless. */
async function createUser(input: RouterInputs['users']['create']) {
  const user = await client.api.users.create.mutate(input);
  const link =
    input.password === undefined
      ? await client.api.passwordLinks.create.mutate({ userId: user.id }).catch(() => null)
      : undefined;
  return { user, link };
}

export function CreateUserDialog({ open, onOpenChange }: DialogProps) {
  const toast = useToast();
  const [passwordBy, setPasswordBy] = useState<'link' | 'here'>('link');
  const create = useMutation({
    mutationFn: createUser,
    onSuccess: ({ user: { username }, link }) => {
      void queryClient.invalidateQueries(trpc.users.list.queryFilter());
      void queryClient.invalidateQueries(trpc.passwordLinks.list.queryFilter());
      if (link) return;
      toast(
        link === undefined
          ? `${username} can now sign in.`
          : `${username} was added without a link. Make one with “Password link” in the user’s menu.`,
      );
      close();
    },
  });
  const close = () => {
    create.reset();
    onOpenChange(false);
  };
  const link = create.data?.link ?? null;
  const submit = (event: SubmitEvent<HTMLFormElement>) => {
    if (link !== null) return close();
    const form = new FormData(event.currentTarget);
    const [role] = choicesOf(form, 'role', roles);
    create.mutate({
      username: textOf(form, 'username').trim(),
      ...(passwordBy === 'here' && { password: textOf(form, 'password') }),
      role,
    });
  };
  const isTaken = reasonOf(create.error) === 'username_taken';
  return (
    <FormDialog
      title="New user"
      open={open}
      onOpenChange={onOpenChange}
      action={link === null ? 'Create user' : 'Done'}
      isDone={link !== null}
      mutation={create}
      isErrorInField={isTaken}
      ownErrors={noOwnErrors}
      onSubmit={submit}
    >
      {link !== null ? (
        <ShownPasswordLink link={link} />
      ) : (
        <>
          <TextField
            label="User name"
            name="username"
            autoComplete="off"
            autoCapitalize="none"
            spellCheck={false}
            required
            error={
              isTaken ? 'This user name is taken. Choose another one.' : issueFor(create.error, 'username')
            }
          />
          <div className="field">
            <span className="field-label" aria-hidden>
              Set the password
            </span>
            <Segments
              label="Set the password"
              choices={choices}
              value={passwordBy}
              onChange={setPasswordBy}
            />
            {passwordBy === 'link' && (
              <span className="field-hint">
                You get a link to hand over. With it, the user sets a password that you don’t know.
              </span>
            )}
          </div>
          {passwordBy === 'here' && (
            <NewPasswordField label="Password" name="password" error={create.error} />
          )}
          <SelectField
            label="Role"
            name="role"
            hint="A viewer can see payments and statistics, but can’t change anything."
          >
            <RoleOptions />
          </SelectField>
        </>
      )}
    </FormDialog>
  );
}
