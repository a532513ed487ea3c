/** What the audit log records, by area. A newer server may record more. */
export const auditActions = {
  'sign-ins': [
    'user.login',
    'user.logout',
    'user.login_failed',
    'user.login_limited',
    'user.check_failed',
    'user.check_limited',
    'user.second_factor_failed',
    'user.second_factor_limited',
    'second_factor.use_recovery_code',
    'session.signed_in_again',
    'session.refresh_token_reused',
  ],
  users: [
    'user.create',
    'user.update',
    'user.delete',
    'user.reset_password',
    'user.change_password',
    'user.remove_second_factor',
  ],
  'second factors': ['second_factor.add', 'second_factor.remove', 'second_factor.renew_recovery_codes'],
  'API keys': ['api_key.create', 'api_key.revoke'],
  payments: ['payment.update', 'payment.export', 'payment.export_end'],
  refusals: ['call.refused', 'audit.omitted'],
  server: ['server.start', 'audit.sealed'],
} as const;

/** The most rows of the audit log on a page. */
export const maxAuditRows = 200;
