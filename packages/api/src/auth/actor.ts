export type Role = 'admin' | 'viewer';

/** Who makes a call: a user who signed in, or a script with an API key of that user's. */
export type Actor = {
  userId: string;
  username: string;
  /** As it is now. That of an API key is never more than its user's. */
  role: Role;
  /** The session, or the API key: what an `access_changed` event names. */
  sessionId: string;
  /** Null for a user who signed in. */
  apiKey: { id: string; name: string } | null;
  /** When the access token or the API key ends; null for a key without an end. */
  expiresAt: Date | null;
};

/** Who does something, as the commands' statements write it down. */
export const authorOf = ({ userId, apiKey }: Actor) => ({ actorId: userId, apiKeyId: apiKey?.id ?? null });

/** Whether a change of access is about this actor: about its session or API key, or about all of the user's. */
export const isAffected = (
  actor: Pick<Actor, 'userId' | 'sessionId'>,
  { userId, sessionId }: { userId: string; sessionId: string | null },
): boolean => actor.userId === userId && (sessionId === null || actor.sessionId === sessionId);
