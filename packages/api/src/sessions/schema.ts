import { z } from 'zod';

const userId = z.uuid().optional();

/** Without `userId`: the caller's sessions. Only an admin may name another user. */
export const listSessionsInput = z.strictObject({ userId });

export const sessionId = z.strictObject({ id: z.uuid() });

export const endAllSessionsInput = z.strictObject({
  userId,
  /** Whether the session that makes the call is kept. */
  keepCurrent: z.boolean().default(true),
});

const session = z.object({
  id: z.uuid(),
  userId: z.uuid(),
  createdAt: z.date(),
  /** The last sign-in or refresh. */
  lastUsedAt: z.date(),
  /** When the session ends unless it is refreshed before. */
  expiresAt: z.date(),
  /** Where the last sign-in or refresh came from; null when that is unknown. */
  address: z.string().nullable(),
  userAgent: z.string().nullable(),
  /** Whether this session makes the call. */
  current: z.boolean(),
});

export const sessionList = z.array(session);

export const endedSessions = z.object({ ended: z.int() });
