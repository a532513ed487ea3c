/** Why a socket was closed (RFC 6455, 7.4: 4000–4999 are for applications). docs/live.md explains the codes. */
export const closeCodes = {
  restarting: 1012,
  /** The token expired or its user's access changed. The client should reconnect with a fresh token. */
  signInAgain: 4401,
  /** The client stopped reading. It should reconnect and resume. */
  tooSlow: 4408,
  /** A message is too large (RFC 6455, 7.4.1). */
  tooBig: 1009,
  /** Too many messages or bytes, or too many connections of one user. */
  tooMany: 4429,
} as const;

/** Limits of one socket. docs/live.md names the test of each. */
export const socketLimits = {
  messageBytes: 256 * 1024,
  messages: { burst: 300, perSecond: 50 },
  bytes: { burst: 2 * 1024 * 1024, perSecond: 512 * 1024 },
  /** The same for a socket that has not shown a valid token. It needs them to sign in. */
  anonymousMessageBytes: 4 * 1024,
  anonymousBytes: { burst: 64 * 1024, perSecond: 8 * 1024 },
  subscriptions: 100,
  /** Queries and mutations that run at the same time. */
  callsAtOnce: 20,
  /** With more unread bytes than this, the client gets no events until it has read them. */
  unsentBytes: 1024 * 1024,
  /** With that many unread bytes, a client that reads nothing for this long is closed. */
  stalledMs: 10_000,
  /** How long a closing socket may take before its connection is cut. */
  closingMs: 10_000,
  /** The same for a socket from which nothing is read any more: long enough for the client to get the reason. */
  closingUnreadMs: 1_000,
  /** A socket that is silent for this long is pinged. */
  pingAfterMs: 20_000,
  /** A socket that is silent for this long is cut. */
  silentMs: 45_000,
  /** How long a socket may stay without a token after it opened or last called: long enough to sign in. */
  anonymousMs: 30_000,
} as const;

/** How many sockets without a token a server has at most. When there are more, it closes the oldest. */
export const maxAnonymousSockets = 1_000;
