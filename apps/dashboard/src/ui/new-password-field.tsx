import { minPasswordCharacters } from '@paydeck/contract/users';
import { issueFor } from './explain-error.ts';
import { TextField } from './field.tsx';

/** A password that is to be from now on; `error` may hold an issue of the field. */
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
