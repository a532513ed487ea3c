import { roles } from '@paydeck/contract/users';
import { useMutation } from '@tanstack/react-query';
import type { SubmitEvent } from 'react';
import { queryClient, trpc } from '../client.ts';
import { issueFor } from '../ui/explain-error.ts';
import { SelectField, TextField } from '../ui/field.tsx';
import { choicesOf, textOf } from '../ui/form-data.ts';
import { type DialogProps, FormDialog, noOwnErrors } from '../ui/form-dialog.tsx';
import { RoleOptions } from '../ui/role-options.tsx';
import { SecretText } from '../ui/secret-text.tsx';

const dayMs = 24 * 60 * 60 * 1_000;

/** In days. Without a number, the key never expires. */
const lifetimes = [
  { days: '90', name: 'In 90 days' },
  { days: '30', name: 'In 30 days' },
  { days: '365', name: 'In a year' },
  { days: '', name: 'Never' },
] as const;

/** Creates an API key, and shows it once. */
export function CreateApiKeyDialog({ open, onOpenChange }: DialogProps) {
  const create = useMutation(
    trpc.apiKeys.create.mutationOptions({
      onSuccess: () => void queryClient.invalidateQueries(trpc.apiKeys.list.queryFilter()),
    }),
  );
  const created = create.data;
  const submit = (event: SubmitEvent<HTMLFormElement>) => {
    if (created !== undefined) {
      create.reset();
      return onOpenChange(false);
    }
    const form = new FormData(event.currentTarget);
    const [role = 'viewer'] = choicesOf(form, 'role', roles);
    const days = Number(textOf(form, 'days'));
    create.mutate({
      name: textOf(form, 'name').trim(),
      role,
      expiresAt: days === 0 ? null : new Date(Date.now() + days * dayMs).toISOString(),
    });
  };
  return (
    <FormDialog
      title="New API key"
      open={open}
      onOpenChange={onOpenChange}
      action={created === undefined ? 'Create key' : 'Done'}
      isDone={created !== undefined}
      mutation={create}
      ownErrors={noOwnErrors}
      onSubmit={submit}
    >
      {created === undefined ? (
        <>
          <TextField
            label="Name"
            name="name"
            autoComplete="off"
            required
            maxLength={50}
            hint="Says what the key is for, such as “nightly import”."
            error={issueFor(create.error, 'name')}
          />
          <SelectField
            label="Role"
            name="role"
            hint="A key never has more rights than the user who created it."
          >
            <RoleOptions />
          </SelectField>
          <SelectField label="Expires" name="days">
            {lifetimes.map(({ days, name }) => (
              <option key={days} value={days}>
                {name}
              </option>
            ))}
          </SelectField>
        </>
      ) : (
        <>
          <p>
            This is the key “{created.name}”. It is shown only once, so copy it now to the place where the
            script reads it.
          </p>
          <SecretText label="API key" text={created.key} />
        </>
      )}
    </FormDialog>
  );
}
