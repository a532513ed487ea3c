import { type AuditDetail, maxAuditRows } from '@paydeck/contract/audit';
import { z } from 'zod';
import { instant } from '../shapes.ts';

const action = z.string().regex(/^[a-z_]+\.[a-z_]+$/, { error: 'must be an action, such as user.login' });

export const listAuditInput = z.strictObject({
  /** The user who did it. */
  actorId: z.uuid().optional(),
  action: z.array(action).min(1).max(50).optional(),
  /** The user, API key, payment or export that it was done to. */
  subjectId: z.uuid().optional(),
  /** Inclusive. */
  from: instant.optional(),
  /** Exclusive. */
  to: instant.optional(),
  cursor: z.string().max(100).optional(),
  limit: z.int().min(1).max(maxAuditRows).default(50),
});

export const auditEntry = z.object({
  /** One more than that of the entry before. */
  id: z.int(),
  at: z.date(),
  action: z.string(),
  /** Null for the server itself, and for a caller who is not known. */
  actor: z.object({ id: z.uuid(), username: z.string() }).nullable(),
  /** The API key that the actor used. */
  apiKey: z.object({ id: z.uuid(), name: z.string() }).nullable(),
  /** `name` is that of a user or an API key that still exists. */
  subject: z.object({ id: z.uuid(), name: z.string().nullable() }).nullable(),
  details: z.record(z.string(), z.custom<AuditDetail>()),
  address: z.string().nullable(),
  userAgent: z.string().nullable(),
  /** SHA-256 of the hash before and of this entry. Null in entries from before version 0.2. */
  hash: z.string().nullable(),
});

export const auditPage = z.object({
  items: z.array(auditEntry),
  /** Null on the last page. */
  nextCursor: z.string().nullable(),
});

const auditPlace = z.object({ id: z.int().min(0), hash: z.string().regex(/^[0-9a-f]{64}$/) });

/** The place where the last call stopped. Without it the check starts at the first row. */
export const verifyAuditInput = z.strictObject({ after: auditPlace.optional() });

export const auditCheck = z.object({
  /** The rows that this call checked. */
  rows: z.int(),
  findings: z.array(
    z.object({
      problem: z.enum(['changed', 'removed', 'inserted', 'sealed_rows_changed']),
      id: z.int(),
      lastId: z.int(),
    }),
  ),
  /** Where the next call continues. Null at the end of the log. */
  next: auditPlace.nullable(),
  /** The newest row. A copy that is kept elsewhere shows later whether the log was written again. */
  head: auditPlace,
});
