import { type AuditCursor, selectAuditRows, verifyAuditLog } from '@paydeck/db/audit-log';
import type { Database } from '@paydeck/db/connection';
import { z } from 'zod';
import { AppError } from '../errors.ts';
import type { auditCheck, auditPage, listAuditInput, verifyAuditInput } from './schema.ts';

/** A page of the audit log, newest first. Reasons: `invalid_cursor`, `query_too_expensive`. */
export async function listAudit(
  { db }: { db: Database },
  { cursor, limit, action: actions, ...filter }: z.output<typeof listAuditInput>,
): Promise<z.output<typeof auditPage>> {
  const after = cursor === undefined ? null : decodeCursor(cursor);
  const rows = await selectAuditRows(db, { filter: { ...filter, actions }, after, limit: limit + 1 });
  const items = rows.slice(0, limit);
  const last = items.at(-1);
  return { items, nextCursor: rows.length > limit && last ? encodeCursor(last) : null };
}

/** Checks the next 20,000 rows of the audit log against their hashes. */
export function verifyAudit(
  { db }: { db: Database },
  { after }: z.output<typeof verifyAuditInput>,
): Promise<z.output<typeof auditCheck>> {
  return verifyAuditLog(db, after ?? null);
}

const encodeCursor = ({ at, id }: AuditCursor) =>
  Buffer.from(`a.${at.getTime()}.${id}`).toString('base64url');

const place = z.tuple([
  z.literal('a'),
  z.coerce.number().int().min(-8.64e15).max(8.64e15),
  z.coerce.number().int().min(1),
]);

function decodeCursor(cursor: string): AuditCursor {
  const parsed = place.safeParse(Buffer.from(cursor, 'base64url').toString().split('.'));
  if (!parsed.success) {
    throw new AppError(
      'invalid_cursor',
      'The cursor must come from a previous page. Start again from the first page.',
    );
  }
  const [, at, id] = parsed.data;
  return { at: new Date(at), id };
}
