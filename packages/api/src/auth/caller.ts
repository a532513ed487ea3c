import type { AuditCaller } from '@paydeck/db/audit-log';

/** Where a call comes from. */
export type Caller = {
  /** The IP address of the client. Behind proxies that `TRUST_PROXY` names, the one that they report. */
  address: string;
  /** The `User-Agent` header, cut to 200 characters; null when there is none. */
  userAgent: string | null;
};

/** The caller as audit rows record it: part of the input of every statement that writes audit rows. */
export const auditCaller = ({ caller }: { caller: Caller }): AuditCaller => ({
  callerAddress: caller.address,
  callerUserAgent: caller.userAgent,
});
