import { client, queryClient } from '../client.ts';
import { basePath } from '../page-url.ts';

/**
 * How the last session on this page ended. `signed-out`: by the operator. `signed-out-here-only`: by the operator, while the
 * server could not be reached. `ended`: by the server, such as after a sign-out in another tab or a new password.
 */
export type SessionEnd = 'signed-out' | 'signed-out-here-only' | 'ended';

/** Set while this browser may have a session. Only the server knows whether it still does. Another Paydeck of this host has its own. */
const signedInKey = `paydeck.signed-in${basePath}`;

/** Resumes the session of an earlier page in this browser. Resolves to whether there is one. */
export async function restoreSession(): Promise<boolean> {
  if (localStorage.getItem(signedInKey) === null) return false;
  const user = await client.session.load();
  if (user === null) localStorage.removeItem(signedInKey);
  return user !== null;
}

let sessionEnd: SessionEnd | null = null;
const listeners = new Set<() => void>();

function setSessionEnd(next: SessionEnd | null): void {
  sessionEnd = next;
  for (const listener of listeners) listener();
}

export const getSessionEnd = (): SessionEnd | null => sessionEnd;

export function subscribeToSessionEnd(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export async function signOut(): Promise<void> {
  setSessionEnd('signed-out');
  const { endedOnServer } = await client.signOut();
  if (!endedOnServer) setSessionEnd('signed-out-here-only');
}

client.session.subscribe(() => {
  if (client.session.user !== null) {
    localStorage.setItem(signedInKey, 'yes');
    return setSessionEnd(null);
  }
  localStorage.removeItem(signedInKey);
  // The next user must not see what this one read.
  queryClient.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== 'session' });
  if (sessionEnd === null) setSessionEnd('ended');
});
