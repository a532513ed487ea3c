const payment = {
  id: '018d0d6a-3f40-7c3b-8a52-1f0a6b1f6c2e',
  amount: 1250,
  currency: 'USD',
  method: 'credit_card',
  status: 'success',
  receiver: 'John Doe',
  description: 'Online purchase',
  failureCode: null,
  failureMessage: null,
  createdAt: '2024-01-15T10:30:00.000Z',
  updatedAt: '2024-01-15T10:30:00.000Z',
};

const paymentList = {
  data: [payment],
  total: 150,
  page: 1,
  totalPages: 15,
  nextCursor: 'bi4xNzA1MzE0NjAwMDAwLjAxOGQwZDZhLTNmNDAtN2MzYi04YTUyLTFmMGE2YjFmNmMyZg',
};

const user = {
  id: '018d0d6a-3f40-7c3b-8a52-1f0a6b1f6c2f',
  username: 'newuser',
  role: 'viewer',
  active: true,
  hasSecondFactor: false,
  createdAt: '2024-01-15T12:00:00.000Z',
  updatedAt: '2024-01-15T12:00:00.000Z',
};

const failure = {
  statusCode: 400,
  timestamp: '2024-01-15T12:00:00.000Z',
  path: '/api/payments',
  message: 'amount must be greater than 0; receiver must have at least 2 characters.',
};

const admin = {
  ...user,
  id: '018d0d6a-3f40-7c3b-8a52-1f0a6b1f6c30',
  username: 'admin',
  role: 'admin',
  createdAt: '2024-01-01T00:00:00.000Z',
  updatedAt: '2024-01-01T00:00:00.000Z',
};

const signedIn = { id: admin.id, username: admin.username, role: admin.role };

const session = {
  access_token: 'eyJhbGciOiJIUzI1NiIsInR5cCI6ImF0K2p3dCJ9.eyJzdWIiOiIwMThkMGQ2YSJ9.c2lnbmF0dXJl',
  user: signedIn,
  refresh_token: '3HTZfB6e91_RRYT38S7VqA4zkZ7o5C7R3Nf0ve8sc3g',
  expires_at: '2024-01-15T10:45:00.000Z',
};

const openSession = {
  id: '018d0d6a-3f40-7c3b-8a52-1f0a6b1f6c32',
  userId: admin.id,
  createdAt: '2024-01-15T09:00:00.000Z',
  lastUsedAt: '2024-01-15T10:30:00.000Z',
  expiresAt: '2024-02-14T10:30:00.000Z',
  address: '203.0.113.7',
  userAgent: 'Mozilla/5.0 (X11; Linux x86_64; rv:122.0) Gecko/20100101 Firefox/122.0',
  current: true,
};

const range = {
  timeZone: 'UTC',
  currency: 'USD',
  from: '2024-01-01T00:00:00.000Z',
  to: '2024-01-03T00:00:00.000Z',
};

const dashboard = {
  ...range,
  totalTransactionsToday: 45,
  totalTransactionsWeek: 312,
  totalRevenue: 11650.5,
  failedTransactions: 8,
  successRate: 94.2,
  revenueChart: [
    { date: '2024-01-01', amount: 5420 },
    { date: '2024-01-02', amount: 6230.5 },
  ],
  methodDistribution: [
    { method: 'credit_card', count: 156, percentage: 65.3 },
    { method: 'bank_transfer', count: 68, percentage: 28.5 },
    { method: 'digital_wallet', count: 15, percentage: 6.3 },
  ],
  previous: {
    from: '2023-12-30T00:00:00.000Z',
    to: '2024-01-01T00:00:00.000Z',
    totalTransactionsToday: 41,
    totalTransactionsWeek: 298,
    totalRevenue: 1250,
    failedTransactions: 0,
    successRate: 100,
    revenueChart: [
      { date: '2023-12-30', amount: 0 },
      { date: '2023-12-31', amount: 1250 },
    ],
    methodDistribution: [
      { method: 'credit_card', count: 1, percentage: 100 },
      { method: 'bank_transfer', count: 0, percentage: 0 },
      { method: 'digital_wallet', count: 0, percentage: 0 },
    ],
  },
  asOf: 1204,
};

const revenue = {
  ...range,
  interval: 'day',
  totalRevenue: 11650.5,
  previousRevenue: 1250,
  points: [
    { date: '2024-01-01', amount: 5420, count: 21 },
    { date: '2024-01-02', amount: 6230.5, count: 24 },
  ],
  asOf: 1204,
};

const failures = {
  ...range,
  interval: 'day',
  count: 8,
  amount: 1250,
  failureRate: 5.8,
  previous: {
    from: dashboard.previous.from,
    to: dashboard.previous.to,
    count: 0,
    amount: 0,
    failureRate: 0,
  },
  items: [
    {
      failureCode: 'card_declined',
      method: 'credit_card',
      count: 8,
      amount: 1250,
      share: 100,
      previous: { count: 0, amount: 0 },
      periods: [
        { date: '2024-01-01', count: 3, amount: 500 },
        { date: '2024-01-02', count: 5, amount: 750 },
      ],
    },
  ],
  asOf: 1204,
};

const { items, ...failureTotals } = failures;
const overview = {
  dashboard,
  revenue,
  failures: { ...failureTotals, items: items.map(({ periods: _, ...item }) => item) },
  asOf: dashboard.asOf,
};

const passwordLink = { userId: user.id, username: user.username, expiresAt: '2024-01-16T12:00:00.000Z' };

const apiKey = {
  id: '018d0d6a-3f40-7c3b-8a52-1f0a6b1f6c31',
  name: 'nightly import',
  role: 'admin',
  createdAt: '2024-01-15T12:00:00.000Z',
  expiresAt: null,
};

const auditHead = { id: 4211, hash: '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08' };

const auditList = {
  data: [
    {
      ...auditHead,
      at: '2024-01-15T12:00:00.000Z',
      action: 'user.update',
      actor: { id: admin.id, username: admin.username },
      apiKey: null,
      subject: { id: user.id, name: user.username },
      details: { from: { role: 'viewer', active: true }, to: { role: 'admin', active: true } },
      address: '203.0.113.7',
      userAgent: 'Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0',
    },
  ],
  nextCursor: 'YS4xNzA1MzIwMDAwMDAwLjQyMTE',
};

/** An example of each named shape: those of the specification, with the fields added since. Tested by openapi.test.ts. */
export const examples = {
  Payment: payment,
  PaymentList: paymentList,
  Currencies: { default: 'USD', inUse: ['USD', 'EUR', 'JPY'] },
  DashboardStats: dashboard,
  RevenueStats: revenue,
  FailureStats: failures,
  OverviewStats: overview,
  Session: session,
  Profile: { ...signedIn, createdAt: admin.createdAt },
  SecondFactor: { isRequired: true, totp: { addedAt: admin.createdAt }, recoveryCodes: 10 },
  PendingAuthenticator: {
    secret: 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ',
    uri: 'otpauth://totp/Paydeck:admin?issuer=Paydeck&secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&algorithm=SHA1&digits=6&period=30',
  },
  RecoveryCodes: { recoveryCodes: ['7Q2M-9XKD-40TB', 'W8RA-51CZ-KE3V'] },
  User: user,
  UserList: [admin, user],
  DeletedUser: { outcome: 'deactivated' },
  PasswordLinkList: [{ ...passwordLink, createdBy: admin.username, createdAt: '2024-01-15T12:00:00.000Z' }],
  CreatedPasswordLink: { ...passwordLink, token: 'lwLthN8MlP7L-E3hsMJZ9FN5XPH8D0HFcmfzTyrSAik' },
  CheckedPasswordLink: { username: user.username, expiresAt: passwordLink.expiresAt },
  PasswordSet: { username: user.username },
  SessionList: [openSession],
  EndedSessions: { ended: 2 },
  ApiKeyList: [{ ...apiKey, hint: 'pdk_…SAik', createdBy: 'admin', lastUsedAt: null, revokedAt: null }],
  CreatedApiKey: { ...apiKey, key: 'pdk_lwLthN8MlP7L-E3hsMJZ9FN5XPH8D0HFcmfzTyrSAik' },
  AuditList: auditList,
  AuditCheck: { rows: 4211, findings: [], next: null, head: auditHead },
  Failure: failure,
};
