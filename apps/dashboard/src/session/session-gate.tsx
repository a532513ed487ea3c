import type { SignedInUser } from '@paydeck/client';
import { useQuery } from '@tanstack/react-query';
import { type ReactNode, useSyncExternalStore } from 'react';
import { client } from '../client.ts';
import { ErrorNotice } from '../ui/card.tsx';
import { restoreSession } from './session-end.ts';
import { SignIn } from './sign-in.tsx';

/** Shows its children to a signed-in user, and the sign-in form to anyone else. The address stays the same. */
export function SessionGate({ children }: { children: (user: SignedInUser) => ReactNode }) {
  const user = useSyncExternalStore(client.session.subscribe, () => client.session.user);
  const restored = useQuery({
    queryKey: ['session'],
    queryFn: restoreSession,
    staleTime: Number.POSITIVE_INFINITY,
  });

  if (user !== null) return children(user);
  if (restored.isPending) return null;
  if (restored.isError) {
    return (
      <main>
        <ErrorNotice error={restored.error} retry={() => void restored.refetch()} />
      </main>
    );
  }
  return <SignIn />;
}
