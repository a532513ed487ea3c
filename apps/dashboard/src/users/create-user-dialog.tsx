import { reasonOf } from '@paydeck/client';
import { roles } from '@paydeck/contract/users';
import { useMutation } from '@tanstack/react-query';
import type { SubmitEvent } from 'react';
import { queryClient, trpc } from '../client.ts';
import { issueFor } from '../ui/explain-error.ts';
import { SelectField, TextField } from '../ui/field.tsx';
import { choicesOf, textOf } from '../ui/form-data.ts';
import { type DialogProps, FormDialog, noOwnErrors } from '../ui/form-dialog.tsx';
import { NewPasswordField } from '../ui/new-password-field.tsx';
import { RoleOptions } from '../ui/role-options.tsx';
import { useToast } from '../ui/toasts.tsx';

export function CreateUserDialog({ open, onOpenChange }: DialogProps) {
  const toast = useToast();
  const create = useMutation(
    trpc.users.create.mutationOptions({
      onSuccess: ({ username }) => {
        onOpenChange(false);
        toast(`${username} can now sign in.`);
        return queryClient.invalidateQueries(trpc.users.list.queryFilter());
      },
    }),
  );
  const submit = (event: SubmitEvent<HTMLFormElement>) => {
    const form = new FormData(event.currentTarget);
    const [role] = choicesOf(form, 'role', roles);
    create.mutate({
      username: textOf(form, 'username').trim(),
      password: textOf(form, 'password'),
      role,
    });
  };
  const isTaken = reasonOf(create.error) === 'username_taken';
  return (
    <FormDialog
      title="New user"
      open={open}
      onOpenChange={onOpenChange}
      action="Create user"
      mutation={create}
      isErrorInField={isTaken}
      ownErrors={noOwnErrors}
      onSubmit={submit}
    >
      <TextField
        label="User name"
        name="username"
        autoComplete="off"
        autoCapitalize="none"
        spellCheck={false}
        required
        error={isTaken ? 'This user name is taken. Choose another one.' : issueFor(create.error, 'username')}
      />
      <NewPasswordField label="Password" name="password" error={create.error} />
      <SelectField
        label="Role"
        name="role"
        hint="A viewer can see payments and statistics, but can’t change anything."
      >
        <RoleOptions />
      </SelectField>
    </FormDialog>
  );
}
