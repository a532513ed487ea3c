import { minPasswordCharacters } from '@paydeck/contract/users';
import { issueFor } from './explain-error.ts';
import { TextField } from './field.tsx';

/** A field for a new password. Shows what `error` says about it. */
export function NewPasswordField({
  label,
  name,
  hint = `At least ${minPasswordCharacters} characters.`,
  error,
}: {
  label: string;
  name: string;
  hint?: string;
  error: unknown;
}) {
  return (
    <TextField
      label={label}
      name={name}
      type="password"
      autoComplete="new-password"
      required
      minLength={minPasswordCharacters}
      hint={hint}
      error={issueFor(error, name)}
    />
  );
}
