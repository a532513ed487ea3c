/** The actions that the audit log records, by area. A newer server may record more. */
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
    'user.password_link_limited',
    'second_factor.use_recovery_code',
    'session.signed_in_again',
    'session.refresh_token_reused',
    'session.refresh_token_shared',
    'session.end',
    'session.confirm_password',
  ],
  users: [
    'user.create',
    'user.update',
    'user.delete',
    'user.reset_password',
    'user.change_password',
    'user.remove_second_factor',
    'user.create_password_link',
    'user.revoke_password_link',
    'user.use_password_link',
  ],
  'second factors': ['second_factor.add', 'second_factor.remove', 'second_factor.renew_recovery_codes'],
  'API keys': ['api_key.create', 'api_key.revoke'],
  payments: ['payment.update', 'payment.export', 'payment.export_end'],
  refusals: ['call.refused', 'audit.omitted'],
  server: ['server.start', 'audit.sealed'],
} as const;

export type AuditAction = (typeof auditActions)[keyof typeof auditActions][number];

/** The most rows of the audit log on a page. */
export const maxAuditRows = 200;

type Scalar = string | number | boolean | null;

/** A value of the details of an entry. */
export type AuditDetail = Scalar | Scalar[] | { [name: string]: Scalar | Scalar[] };

export type AuditEntry = {
  id: number;
  at: Date;
  action: string;
  actor: { id: string; username: string } | null;
  apiKey: { id: string; name: string } | null;
  /** `name` is that of a user or an API key that still exists. */
  subject: { id: string; name: string | null } | null;
  details: Readonly<Record<string, AuditDetail>>;
  address: string | null;
  userAgent: string | null;
  /** SHA-256 in hexadecimal digits. Null in entries from before the log was chained. */
  hash: string | null;
};

const columns: readonly [title: string, read: (entry: AuditEntry) => string | number | null | undefined][] = [
  ['ID', ({ id }) => id],
  ['Time', ({ at }) => at.toISOString()],
  ['Action', ({ action }) => action],
  ['User', ({ actor }) => actor?.username],
  ['API key', ({ apiKey }) => apiKey?.name],
  ['Subject', ({ subject }) => subject?.name ?? subject?.id],
  ['Details', ({ details }) => JSON.stringify(details)],
  ['Address', ({ address }) => address],
  ['User agent', ({ userAgent }) => userAgent],
  ['Hash', ({ hash }) => hash],
];

/** The first line of a CSV file with audit entries, without its line end. */
export const auditCsvHeader = columns.map(([title]) => title).join(',');

/** An audit entry as a line of CSV (RFC 4180), without its line end. */
export const auditCsvLine = (entry: AuditEntry): string =>
  columns.map(([, read]) => csvCell(String(read(entry) ?? ''))).join(',');

/** Callers choose user agents and the names of failed sign-ins. An apostrophe keeps spreadsheets from running them as formulas. */
function csvCell(text: string): string {
  const harmless = /^'*[-=+@＝＋－＠\t\r\n]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}
