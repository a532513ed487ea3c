import type { SessionUser } from '@paydeck/db/sessions';

/** A session or an API key that ended; with neither, a user whose role, activity or password changed. */
export type AccessChange = { userId: string; sessionId: string | null };

/** How long a change can stay unseen when neither this process made it nor the live log brought it. */
const maxAgeMs = 2_000;
const maxEntries = 10_000;

type Entry<A> = { access: A | null; readAt: number };

export type RememberedAccess<A> = {
  /** What the database says of the credential, asked at most once in two seconds; null for no access. */
  get(credential: string): Promise<A | null>;
  forget(change: AccessChange): void;
};

/** Remembers for a moment what was read of a credential, so that calls need not ask the database each time. */
export function rememberAccess<A extends SessionUser & { apiKey?: { id: string } }>(
  readAccess: (credential: string) => Promise<A | null>,
  { keepsRefusals }: { keepsRefusals: boolean },
): RememberedAccess<A> {
  /** In the order of reading, so that the oldest are the first to go. */
  const entries = new Map<string, Entry<A>>();
  const reading = new Map<string, Promise<A | null>>();

  const read = (credential: string): Promise<A | null> => {
    const readAt = performance.now();
    const query = readAccess(credential).then((access) => {
      // Withdrawn by `forget`: what was read may be from before the change.
      if (reading.get(credential) !== query) return access;
      entries.delete(credential);
      if (access === null && !keepsRefusals) return access;
      const [oldest] = entries.keys();
      if (oldest !== undefined && entries.size >= maxEntries) entries.delete(oldest);
      entries.set(credential, { access, readAt });
      return access;
    });
    reading.set(credential, query);
    const settle = () => {
      if (reading.get(credential) === query) reading.delete(credential);
    };
    query.then(settle, settle);
    return query;
  };

  return {
    get: async (credential) => {
      const entry = entries.get(credential);
      const isFresh = entry !== undefined && performance.now() - entry.readAt < maxAgeMs;
      return isFresh ? entry.access : await (reading.get(credential) ?? read(credential));
    },
    forget: ({ userId, sessionId }) => {
      // Whose the credentials being read are is not known yet, so all of these reads are withdrawn.
      reading.clear();
      for (const [credential, { access }] of entries) {
        const isConcerned =
          sessionId === null
            ? access?.userId === userId
            : credential === sessionId || access?.apiKey?.id === sessionId;
        if (isConcerned) entries.delete(credential);
      }
    },
  };
}
