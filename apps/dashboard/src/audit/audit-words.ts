import type { AuditAction } from '@paydeck/contract/audit';

const words: Readonly<Record<AuditAction, string>> = {
  'user.login': 'Signed in',
  'user.logout': 'Signed out',
  'user.login_failed': 'Wrong sign-in',
  'user.login_limited': 'Sign-in closed after wrong ones',
  'user.check_failed': 'Wrong password or code',
  'user.check_limited': 'Password or code closed after wrong ones',
  'session.signed_in_again': 'Session replaced by another sign-in',
  'session.refresh_token_reused': 'Session ended: its token came twice',
  'session.refresh_token_shared': 'Session ended: two clients had its tokens',
  'session.end': 'Session ended on request',
  'session.confirm_password': 'Password confirmed',
  'second_factor.add': 'Second factor added',
  'second_factor.remove': 'Second factor removed',
  'second_factor.renew_recovery_codes': 'Recovery codes renewed',
  'second_factor.use_recovery_code': 'Recovery code used',
  'user.second_factor_failed': 'Wrong code at a sign-in',
  'user.second_factor_limited': 'Codes closed after wrong ones',
  'user.remove_second_factor': 'Second factor removed for a user',
  'user.create': 'User created',
  'user.update': 'User changed',
  'user.delete': 'User deleted',
  'user.reset_password': 'Password reset',
  'user.change_password': 'Password changed',
  'api_key.create': 'API key created',
  'api_key.revoke': 'API key revoked',
  'payment.update': 'Payment changed',
  'payment.export': 'Export started',
  'payment.export_end': 'Export ended',
  'call.refused': 'Refused: no right to it',
  'audit.omitted': 'More refusals, not recorded one by one',
  'server.start': 'Server started',
  'audit.sealed': 'Older entries sealed',
};

/** An action in words. An action of a newer server keeps its name. */
export const actionInWords = (action: string): string => new Map(Object.entries(words)).get(action) ?? action;
