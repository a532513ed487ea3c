/** What the audit log records, by area. A newer server may record more. */
export const auditActions = {
  'sign-ins': [
    'user.login',
    'user.logout',
    'user.login_failed',
    'user.login_limited',
    'user.check_failed',
    'user.check_limited',
    'session.signed_in_again',
    'session.refresh_token_reused',
  ],
  users: ['user.create', 'user.update', 'user.delete', 'user.reset_password', 'user.change_password'],
  'API keys': ['api_key.create', 'api_key.revoke'],
  payments: ['payment.update', 'payment.export', 'payment.export_end'],
  refusals: ['call.refused', 'audit.omitted'],
  server: ['server.start', 'audit.sealed'],
} as const;

/** The most rows of the audit log on a page. */
export const maxAuditRows = 200;
