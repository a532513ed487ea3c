import type { SecondFactorRequest } from '@paydeck/client';
import { reasonOf } from '@paydeck/client';
import { useMutation } from '@tanstack/react-query';
import type { SubmitEvent } from 'react';
import { client } from '../client.ts';
import { Button } from '../ui/button.tsx';
import { Banner } from '../ui/card.tsx';
import { explainError } from '../ui/explain-error.ts';
import { TextField } from '../ui/field.tsx';
import { textOf } from '../ui/form-data.ts';

/** The second step of a sign-in, for a user with a second factor. */
export function SecondFactorForm({ request, onBack }: { request: SecondFactorRequest; onBack: () => void }) {
  const { challenge, methods } = request;
  const verify = useMutation({ mutationFn: client.verifySecondFactor });
  const submit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    verify.mutate({ challenge, code: textOf(new FormData(event.currentTarget), 'code') });
  };
  return (
    <form onSubmit={submit}>
      <h1>Second factor</h1>
      {verify.isError && <Banner>{explainError(verify.error)}</Banner>}
      <TextField
        label="Code"
        name="code"
        autoComplete="one-time-code"
        autoCapitalize="none"
        spellCheck={false}
        autoFocus
        required
        maxLength={50}
        hint={
          methods.includes('recovery_code')
            ? 'The six digits that your authenticator app shows, or a recovery code.'
            : 'The six digits that your authenticator app shows. You have no recovery codes left.'
        }
        aria-invalid={reasonOf(verify.error) === 'second_factor_invalid' || undefined}
      />
      <Button type="submit" look="primary" disabled={verify.isPending}>
        {verify.isPending ? 'Signing in…' : 'Sign in'}
      </Button>
      <Button look="plain" onClick={onBack}>
        Back
      </Button>
    </form>
  );
}
