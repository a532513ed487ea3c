export { insertSession, type SessionUser } from './insert-session.ts';
export { markSessionRevoked } from './mark-session-revoked.ts';
export { pruneSessions } from './prune-sessions.ts';
export { rotateRefreshToken } from './rotate-refresh-token.ts';
export { type LiveSession, selectLiveSession, selectSessionOfToken } from './select-session.ts';
