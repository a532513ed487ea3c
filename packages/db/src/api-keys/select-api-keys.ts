import type { Role } from '@paydeck/contract/users';
import type { Queries } from '../connection/drizzle-queries.ts';
import { and, desc, eq, gt, isNull, or, sql } from '../drizzle.ts';
import { apiKeys, users } from '../schema.ts';
import type { SessionUser } from '../sessions/insert-session.ts';

/** An API key as users see it, without the key itself and its hash. */
export type ApiKey = {
  id: string;
  name: string;
  ending: string;
  role: Role;
  /** The username. */
  createdBy: string;
  createdAt: Date;
  expiresAt: Date | null;
  /** Updated at most once a minute. */
  lastUsedAt: Date | null;
  revokedAt: Date | null;
};

/** All API keys, including revoked and expired ones, newest first. */
export function selectApiKeys(orm: Queries): Promise<ApiKey[]> {
  return orm
    .select({
      id: apiKeys.id,
      name: apiKeys.name,
      ending: apiKeys.ending,
      role: apiKeys.role,
      createdBy: users.username,
      createdAt: apiKeys.createdAt,
      expiresAt: apiKeys.expiresAt,
      lastUsedAt: apiKeys.lastUsedAt,
      revokedAt: apiKeys.revokedAt,
    })
    .from(apiKeys)
    .innerJoin(users, eq(users.id, apiKeys.createdBy))
    .orderBy(desc(apiKeys.createdAt), desc(apiKeys.id));
}

/** The user of a live API key, and the role that the key gives now. */
export type LiveApiKey = SessionUser & {
  apiKey: { id: string; name: string };
  expiresAt: Date | null;
  lastUsedAt: Date | null;
};

/**
 * The live API key with this SHA-256. Null when it is unknown, was revoked, has expired, or its user is not active. Its role
 * is `viewer` while its user is a viewer. Uses `api_keys_hash_key`.
 */
export async function selectLiveApiKey(orm: Queries, { hash }: { hash: Buffer }): Promise<LiveApiKey | null> {
  const [key] = await orm
    .select({
      userId: users.id,
      username: users.username,
      keyRole: apiKeys.role,
      userRole: users.role,
      apiKey: { id: apiKeys.id, name: apiKeys.name },
      expiresAt: apiKeys.expiresAt,
      lastUsedAt: apiKeys.lastUsedAt,
    })
    .from(apiKeys)
    .innerJoin(users, eq(users.id, apiKeys.createdBy))
    .where(
      and(
        eq(apiKeys.hash, hash),
        isNull(apiKeys.revokedAt),
        or(isNull(apiKeys.expiresAt), gt(apiKeys.expiresAt, sql`now()`)),
        users.active,
      ),
    );
  if (key === undefined) return null;
  const { keyRole, userRole, ...rest } = key;
  return { ...rest, role: userRole === 'admin' ? keyRole : 'viewer' };
}

/** Sets `lastUsedAt` to now, unless it was set within the last minute. */
export async function markApiKeyUsed(orm: Queries, { id }: { id: string }): Promise<void> {
  await orm
    .update(apiKeys)
    .set({ lastUsedAt: sql`now()` })
    .where(
      and(
        eq(apiKeys.id, id),
        sql`(${apiKeys.lastUsedAt} is null or ${apiKeys.lastUsedAt} < now() - interval '1 minute')`,
      ),
    );
}
