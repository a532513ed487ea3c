/** Where a call comes from, as an audit row records it. Part of the input of every statement that writes audit rows. */
export type AuditCaller = {
  /** The client's IP address. Null for an action of the server. */
  callerAddress: string | null;
  /** The client's `User-Agent`. Null for an action of the server, and for a client that sends none. */
  callerUserAgent: string | null;
};

/** The caller of an action that the server takes itself. */
export const noCaller: AuditCaller = { callerAddress: null, callerUserAgent: null };
