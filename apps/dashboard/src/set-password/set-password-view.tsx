import '../session/sign-in.css';
import { reasonOf } from '@paydeck/client';
import { useMutation, useQuery } from '@tanstack/react-query';
import { Check, Link2Off } from 'lucide-react';
import { type SubmitEvent, useState, useSyncExternalStore } from 'react';
import { Link } from 'wouter';
import { client, trpc } from '../client.ts';
import icon from '../icon.svg';
import { setSignInName } from '../session/sign-in-name.ts';
import { Button } from '../ui/button.tsx';
import { Banner, ErrorNotice, Notice, Skeleton } from '../ui/card.tsx';
import { explainError, issueFor } from '../ui/explain-error.ts';
import { TextField } from '../ui/field.tsx';
import { textOf } from '../ui/form-data.ts';
import { NewPasswordField } from '../ui/new-password-field.tsx';

function subscribeToHash(listener: () => void): () => void {
  window.addEventListener('hashchange', listener);
  return () => window.removeEventListener('hashchange', listener);
}

/** The view that a password link opens, for somebody who is not signed in. The link's token is behind the `#` of the address. */
export function SetPasswordView() {
  const token = useSyncExternalStore(subscribeToHash, () => window.location.hash.slice(1));
  return (
    <main className="sign-in">
      <title>Set your password · Paydeck</title>
      <div className="sign-in-panel">
        <div className="sign-in-brand">
          <img src={icon} alt="" />
          Paydeck
        </div>
        <CheckedLink key={token} token={token} />
      </div>
    </main>
  );
}

function CheckedLink({ token }: { token: string }) {
  const link = useQuery({
    queryKey: ['password-link', token],
    queryFn: () => client.api.passwordLinks.check.mutate({ token }),
    staleTime: Number.POSITIVE_INFINITY,
  });
  if (link.data !== undefined) return <PasswordForm token={token} username={link.data.username} />;
  const reason = reasonOf(link.error);
  return (
    <section className="card">
      {reason === 'password_link_not_found' ? (
        <UnusableLink title="This link can’t be used">{explainError(link.error)}</UnusableLink>
      ) : reason === 'invalid_input' ? (
        <UnusableLink title="This link is incomplete">
          Copy the whole link that you were given, and open it again.
        </UnusableLink>
      ) : link.isError ? (
        <ErrorNotice error={link.error} retry={() => void link.refetch()} />
      ) : (
        <div className="card-body">
          <Skeleton width="100%" />
        </div>
      )}
    </section>
  );
}

function UnusableLink({ title, children }: { title: string; children: string }) {
  return (
    <Notice icon={Link2Off} title={title} action={<Link href="/">Sign in</Link>}>
      {children}
    </Notice>
  );
}

function PasswordForm({ token, username }: { token: string; username: string }) {
  const [isDifferent, setDifferent] = useState(false);
  const set = useMutation(
    trpc.passwordLinks.setPassword.mutationOptions({ onSuccess: () => setSignInName(username) }),
  );
  const submit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const password = textOf(form, 'password');
    const isSame = password === textOf(form, 'repeated');
    setDifferent(!isSame);
    if (isSame) set.mutate({ token, password });
  };
  if (set.isSuccess) {
    return (
      <section className="card">
        <Notice icon={Check} title="Your password is set" action={<Link href="/">Sign in</Link>}>
          {`Sign in as ${username} with your new password. Wherever you were signed in before, sign in again.`}
        </Notice>
      </section>
    );
  }
  const issue = issueFor(set.error, 'password');
  return (
    <form onSubmit={submit}>
      <h1>Set your password</h1>
      {set.isError && issue === undefined && <Banner>{explainError(set.error)}</Banner>}
      <TextField label="User name" name="username" autoComplete="username" readOnly value={username} />
      <NewPasswordField label="New password" name="password" error={set.error} />
      <TextField
        label="Repeat the password"
        name="repeated"
        type="password"
        autoComplete="new-password"
        required
        error={isDifferent ? 'The two passwords must be the same.' : undefined}
      />
      <Button type="submit" look="primary" disabled={set.isPending}>
        {set.isPending ? 'Please wait…' : 'Set password'}
      </Button>
    </form>
  );
}
