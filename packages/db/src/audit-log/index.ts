export { type AuditCaller, noCaller } from './audit-caller.ts';
