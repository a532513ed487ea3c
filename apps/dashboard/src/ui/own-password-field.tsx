import { TextField } from './field.tsx';

/** The field `password`, in which users confirm who they are. `isWrong`: the server has refused what was typed. */
export function OwnPasswordField({ isWrong }: { isWrong: boolean }) {
  return (
    <TextField
      label="Your password"
      name="password"
      type="password"
      autoComplete="current-password"
      required
      error={isWrong ? 'That is not your password.' : undefined}
    />
  );
}
