export { insertSession, type SessionUser } from './insert-session.ts';
export { markPasswordConfirmed } from './mark-password-confirmed.ts';
export { markSessionRevoked } from './mark-session-revoked.ts';
export { type EndedSession, markSessionEnded, markSessionsEnded } from './mark-sessions-ended.ts';
export { pruneSessions } from './prune-sessions.ts';
export { type Rotation, rotateRefreshToken } from './rotate-refresh-token.ts';
export {
  isPasswordConfirmed,
  type LiveSession,
  selectLiveSession,
  selectSessionOfToken,
} from './select-session.ts';
export { selectSessions } from './select-sessions.ts';
