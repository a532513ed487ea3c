export { type AuditCaller, noCaller } from './audit-caller.ts';
export { type AuditEntry, insertAuditEntries } from './insert-audit-entries.ts';
export { type AuditCursor, type AuditRow, selectAuditRows } from './select-audit-rows.ts';
export { type AuditCheck, type AuditFinding, verifyAuditLog } from './verify-audit-log.ts';
