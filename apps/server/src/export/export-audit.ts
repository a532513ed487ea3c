import { randomUUID } from 'node:crypto';
import type { Socket } from 'node:net';
import { type Actor, authorOf } from '@paydeck/api/actor';
import { auditCaller, type Caller } from '@paydeck/api/caller';
import type { Services } from '@paydeck/api/context';

/** Writes the start and the end of one export into the audit log. Both rows have the export's id as their subject. */
export type ExportAudit = {
  /** Resolves when the row is written, so no payment leaves the server before. `socket` is that of the client. */
  start(socket: Socket): Promise<void>;
  /** The client got the whole file, with so many payments. */
  complete(rows: number): void;
  /** Writes the row of the end, with the bytes that were sent. Does nothing for an export that never started. */
  end(): Promise<void>;
};

export function createExportAudit(
  { auditTrail }: Pick<Services, 'auditTrail'>,
  { actor, caller, format, filter }: { actor: Actor; caller: Caller; format: string; filter: object },
): ExportAudit {
  const entry = { ...authorOf(actor), ...auditCaller({ caller }), subjectId: randomUUID() };
  const what = { format, filter };
  let bytesSent: (() => number) | null = null;
  let rowsSent: number | null = null;
  return {
    start: async (socket) => {
      await auditTrail.record({ ...entry, action: 'payment.export', details: what });
      const before = socket.bytesWritten;
      bytesSent = () => socket.bytesWritten - before;
    },
    complete: (rows) => {
      rowsSent = rows;
    },
    end: async () => {
      if (bytesSent === null) return;
      const outcome = rowsSent === null ? { outcome: 'cut' } : { outcome: 'complete', rows: rowsSent };
      const details = { ...what, ...outcome, bytes: bytesSent() };
      await auditTrail.record({ ...entry, action: 'payment.export_end', details });
    },
  };
}
