import './sign-in.css';
import { reasonOf, secondFactorOf } from '@paydeck/client';
import { useMutation } from '@tanstack/react-query';
import { type SubmitEvent, useSyncExternalStore } from 'react';
import { client } from '../client.ts';
import icon from '../icon.svg';
import { Button } from '../ui/button.tsx';
import { Banner } from '../ui/card.tsx';
import { explainError } from '../ui/explain-error.ts';
import { TextField } from '../ui/field.tsx';
import { textOf } from '../ui/form-data.ts';
import { SecondFactorForm } from './second-factor-form.tsx';
import { getSessionEnd, type SessionEnd, subscribeToSessionEnd } from './session-end.ts';
import { getSignInName } from './sign-in-name.ts';

const notices: Record<SessionEnd, string | null> = {
  'signed-out': null,
  'signed-out-here-only':
    'You are signed out in this browser, but the server could not be reached to end your session. When it is back, sign in and sign out again.',
  ended: 'Your session has ended. Sign in again to continue.',
};

/** A warning when a sign-in would not be safe, or would not last; otherwise null. */
function connectionWarning(): string | null {
  if (!window.isSecureContext) {
    return 'This connection is not encrypted. Others on the network can read your password, and in production you are signed out when you reload the page. Open Paydeck at its https address.';
  }
  if (!navigator.cookieEnabled) {
    return 'This browser blocks cookies, so reloading the page signs you out. Allow cookies for this site.';
  }
  return null;
}

export function SignIn() {
  const sessionEnd = useSyncExternalStore(subscribeToSessionEnd, getSessionEnd);
  const signIn = useMutation({ mutationFn: client.signIn });
  const reason = reasonOf(signIn.error);
  const secondFactor = secondFactorOf(signIn.error);
  const notice = sessionEnd === null ? null : notices[sessionEnd];
  const warning = connectionWarning();

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
        {secondFactor !== null ? (
          <SecondFactorForm request={secondFactor} onBack={signIn.reset} />
        ) : (
          <form onSubmit={submit}>
            <h1>Sign in</h1>
            {signIn.isError ? (
              // `forbidden` means that the server rejects the origin of this page. Its message explains what to do.
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
              defaultValue={getSignInName()}
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
        )}
      </div>
    </main>
  );
}
