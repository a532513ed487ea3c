import type { Role } from '@paydeck/contract/users';
import type { AccessChange } from './schema.ts';

/** The caller of a procedure: a signed-in user, or a script with one of the user's API keys. */
export type Actor = {
  userId: string;
  username: string;
  /** The current role. An API key never has a higher role than its user. */
  role: Role;
  /** Whether the user has a second factor. */
  hasSecondFactor: boolean;
  /** The id of the session or of the API key. */
  sessionId: string;
  /** Null for a signed-in user. */
  apiKey: { id: string; name: string } | null;
  /** When the access token expires or its session ends, or when the API key expires; null for an API key that does not. */
  expiresAt: Date | null;
};

/** The author of a write, as payments, events and the audit log record it. */
export const authorOf = ({ userId, apiKey }: Actor) => ({ actorId: userId, apiKeyId: apiKey?.id ?? null });

/** Whether a change of access concerns this caller: its session or API key, or everything of its user. */
export const isAffected = (
  actor: Pick<Actor, 'userId' | 'sessionId'>,
  { userId, sessionId }: AccessChange,
): boolean => actor.userId === userId && (sessionId === null || actor.sessionId === sessionId);
