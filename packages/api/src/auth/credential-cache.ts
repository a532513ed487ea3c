import type { SessionUser } from '@paydeck/db/sessions';
import { BoundedMap } from '../bounded-map.ts';
import type { AccessChange } from './schema.ts';

/** The longest that a change of another process can go unnoticed if the live log is late. */
const maxAgeMs = 2_000;
const maxEntries = 10_000;

export type CredentialCache<A> = {
  /** The access that a credential gives; null for none. The database is read at most once in two seconds. */
  get(credential: string): Promise<A | null>;
  forget(change: AccessChange): void;
  clear(): void;
};

/**
 * Keeps the access that a credential (a session id, the hash of an API key) gives for two seconds, so that most calls
 * need no query for it. `keepsRefusals`: also keep that a credential gives no access.
 */
export function createCredentialCache<A extends SessionUser & { apiKey?: { id: string } }>(
  readAccess: (credential: string) => Promise<A | null>,
  { keepsRefusals }: { keepsRefusals: boolean },
): CredentialCache<A> {
  const entries = new BoundedMap<string, { access: A | null; readAt: number }>(maxEntries);
  /** The newest read of each credential, while it runs. */
  const pendingReads = new Map<string, Promise<A | null>>();

  const read = (credential: string): Promise<A | null> => {
    const readAt = performance.now();
    const query = readAccess(credential).then((access) => {
      // `forget` dropped this read: its result may be older than the change.
      if (pendingReads.get(credential) !== query) return access;
      entries.delete(credential);
      if (access !== null || keepsRefusals) entries.set(credential, { access, readAt });
      return access;
    });
    pendingReads.set(credential, query);
    const removePending = () => {
      if (pendingReads.get(credential) === query) pendingReads.delete(credential);
    };
    query.then(removePending, removePending);
    return query;
  };

  return {
    get: async (credential) => {
      const entry = entries.get(credential);
      const isFresh = entry !== undefined && performance.now() - entry.readAt < maxAgeMs;
      return isFresh ? entry.access : await (pendingReads.get(credential) ?? read(credential));
    },
    forget: ({ userId, sessionId }) => {
      // The users of the credentials being read are not known yet, so every pending read is dropped.
      pendingReads.clear();
      for (const [credential, { access }] of entries) {
        const isAffected =
          sessionId === null
            ? access?.userId === userId
            : credential === sessionId || access?.apiKey?.id === sessionId;
        if (isAffected) entries.delete(credential);
      }
    },
    clear: () => {
      pendingReads.clear();
      entries.clear();
    },
  };
}
