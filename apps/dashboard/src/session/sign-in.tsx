import './sign-in.css';
import { reasonOf } from '@paydeck/client';
import { useMutation } from '@tanstack/react-query';
import { type SubmitEvent, useSyncExternalStore } from 'react';
import { client } from '../client.ts';
import icon from '../icon.svg';
import { Button } from '../ui/button.tsx';
import { Banner } from '../ui/card.tsx';
import { explainError } from '../ui/explain-error.ts';
import { TextField } from '../ui/field.tsx';
import { textOf } from '../ui/form-data.ts';
import { type Ending, getEnding, subscribeToEnding } from './ending.ts';

const endings: Record<Ending, string | null> = {
  'signed-out': null,
  'signed-out-here-only':
    'You are signed out here, but the server could not be told. Sign in and out again once it is back.',
  ended: 'Your session has ended. Sign in again to go on.',
};

/** Why a sign-in would not last, or is not safe, at this address and in this browser; null when all is well. */
function caution(): string | null {
  if (!window.isSecureContext) {
    return 'This connection is not encrypted. Others on the network can read your password, and a server in production forgets you when the page is reloaded. Open Paydeck at an https address.';
  }
  if (!navigator.cookieEnabled) {
    return 'This browser keeps no cookies, so reloading the page signs you out. Allow them for this site.';
  }
  return null;
}

export function SignIn() {
  const ending = useSyncExternalStore(subscribeToEnding, getEnding);
  const signIn = useMutation({ mutationFn: client.signIn });
  const reason = reasonOf(signIn.error);
  const notice = ending === null ? null : endings[ending];
  const warning = caution();

  const submit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    signIn.mutate({ username: textOf(form, 'username'), password: textOf(form, 'password') });
  };

  return (
    <main className="sign-in">
      <div className="sign-in-panel">
        <div className="sign-in-brand">
          <img src={icon} alt="" />
          Paydeck
        </div>
        <form onSubmit={submit}>
          <h1>Sign in</h1>
          {signIn.isError ? (
            // What is forbidden here is the page's origin, which the server explains.
            <Banner>{reason === 'forbidden' ? signIn.error.message : explainError(signIn.error)}</Banner>
          ) : (
            notice !== null && <Banner tone="waiting">{notice}</Banner>
          )}
          {warning !== null && <Banner tone="waiting">{warning}</Banner>}
          <TextField
            label="User name"
            name="username"
            autoComplete="username"
            autoCapitalize="none"
            spellCheck={false}
            required
            maxLength={200}
          />
          <TextField
            label="Password"
            name="password"
            type="password"
            autoComplete="current-password"
            required
            maxLength={1_000}
            aria-invalid={reason === 'invalid_credentials' || undefined}
          />
          <Button type="submit" look="primary" disabled={signIn.isPending}>
            {signIn.isPending ? 'Signing in…' : 'Sign in'}
          </Button>
        </form>
      </div>
    </main>
  );
}
