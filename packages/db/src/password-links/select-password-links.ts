import type { Queries } from '../connection/drizzle-queries.ts';
import { alias, and, asc, eq, gt, sql } from '../drizzle.ts';
import { passwordLinks, users } from '../schema.ts';

export type PasswordLink = {
  userId: string;
  username: string;
  /** The user name of the admin who made it. */
  createdBy: string;
  createdAt: Date;
  expiresAt: Date;
};

const creators = alias(users, 'creators');
const isOpen = gt(passwordLinks.expiresAt, sql`now()`);

/** The links that can still be used, the one that expires first at the top. */
export function selectPasswordLinks(orm: Queries): Promise<PasswordLink[]> {
  return orm
    .select({
      userId: passwordLinks.userId,
      username: users.username,
      createdBy: creators.username,
      createdAt: passwordLinks.createdAt,
      expiresAt: passwordLinks.expiresAt,
    })
    .from(passwordLinks)
    .innerJoin(users, eq(users.id, passwordLinks.userId))
    .innerJoin(creators, eq(creators.id, passwordLinks.createdBy))
    .where(isOpen)
    .orderBy(asc(passwordLinks.expiresAt), asc(users.username));
}

/** The user of a link, by the SHA-256 of its token. Null when the link is unknown, was used or has expired. */
export async function selectPasswordLink(
  orm: Queries,
  { hash }: { hash: Buffer },
): Promise<{ username: string; expiresAt: Date } | null> {
  const [link] = await orm
    .select({ username: users.username, expiresAt: passwordLinks.expiresAt })
    .from(passwordLinks)
    .innerJoin(users, eq(users.id, passwordLinks.userId))
    .where(and(eq(passwordLinks.hash, hash), isOpen));
  return link ?? null;
}
