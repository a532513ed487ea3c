import type { Role } from '@paydeck/contract/users';
import type { Queries } from '../connection/drizzle-queries.ts';
import { and, desc, eq, gt, isNull, or, sql } from '../drizzle.ts';
import { apiKeys, users } from '../schema.ts';
import type { SessionUser } from '../sessions/insert-session.ts';

/** A key as the product shows it: never the key itself, nor its hash. */
export type ApiKey = {
  id: string;
  name: string;
  ending: string;
  role: Role;
  /** The user name. */
  createdBy: string;
  createdAt: Date;
  expiresAt: Date | null;
  /** To the minute. */
  lastUsedAt: Date | null;
  revokedAt: Date | null;
};

/** Every key there ever was, the newest first. */
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

/** Who a live key belongs to, with the role that it has now. */
export type LiveApiKey = SessionUser & {
  apiKey: { id: string; name: string };
  expiresAt: Date | null;
  lastUsedAt: Date | null;
};

/**
 * Whose key has this SHA-256; null when it is unknown, was revoked, has expired, or its user is not active. A key never
 * may do more than its user may. Served by `api_keys_hash_key`.
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

/** Notes that a key is in use, unless that was noted within the last minute. */
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
