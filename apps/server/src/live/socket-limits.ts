/** Codes a socket is closed with (RFC 6455, 7.4: 4000–4999 are the application's). docs/live.md explains them. */
export const closeCodes = {
  restarting: 1012,
  /** The token ended, or its user's rights changed: connect again with a fresh token. */
  signInAgain: 4401,
  /** It took nothing of what waited for it: connect again and resume. */
  tooSlow: 4408,
  /** Too many messages, or too many connections of one user. */
  tooMany: 4429,
} as const;

/** What one socket may ask of the server. docs/live.md names the test of each. */
export const socketLimits = {
  messageBytes: 256 * 1024,
  messages: { burst: 300, perSecond: 50 },
  subscriptions: 100,
  /** Queries and mutations that wait for their answer. */
  callsAtOnce: 20,
  /** Beyond this much that the reader has not taken, events stay in the log until it has. */
  unsentBytes: 1024 * 1024,
  /** A reader that takes nothing for this long, while so much waits, is closed… */
  stalledMs: 10_000,
  /** …and cut, when it doesn't read that either. */
  closingMs: 10_000,
  /** A socket that is silent is pinged, and cut when it stays silent. */
  pingAfterMs: 20_000,
  silentMs: 45_000,
  /** Without a token, since it opened or last called: long enough to sign in. */
  anonymousMs: 30_000,
} as const;

/** Sockets of a server that have not shown a token; for one more the oldest is closed. */
export const maxAnonymousSockets = 1_000;
