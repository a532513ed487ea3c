import { client, queryClient } from '../client.ts';

/**
 * How the last sign-in on this page ended: by the operator; by the operator, but without the server hearing of it; or
 * by the server, as after a sign-out in another tab or a new password.
 */
export type Ending = 'signed-out' | 'signed-out-here-only' | 'ended';

/** That this browser signed in: whether it has a session still, only the server can say. */
const mayHaveSession = 'paydeck.signed-in';

/** Whether a session that another page of this browser began is to be gone on with. */
export async function restoreSession(): Promise<boolean> {
  if (localStorage.getItem(mayHaveSession) === null) return false;
  const user = await client.session.load();
  if (user === null) localStorage.removeItem(mayHaveSession);
  return user !== null;
}

let ending: Ending | null = null;
const listeners = new Set<() => void>();

function setEnding(next: Ending | null): void {
  ending = next;
  for (const listener of listeners) listener();
}

export const getEnding = (): Ending | null => ending;

export function subscribeToEnding(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export async function signOut(): Promise<void> {
  setEnding('signed-out');
  const { endedOnServer } = await client.signOut();
  if (!endedOnServer) setEnding('signed-out-here-only');
}

client.session.subscribe(() => {
  if (client.session.user !== null) {
    localStorage.setItem(mayHaveSession, 'yes');
    return setEnding(null);
  }
  localStorage.removeItem(mayHaveSession);
  // Nothing that was read stays for whoever signs in next.
  queryClient.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== 'session' });
  if (ending === null) setEnding('ended');
});
