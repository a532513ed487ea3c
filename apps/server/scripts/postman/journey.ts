/** One request of the collection: what it has in addition to its operation in the OpenAPI document. */
export type Step = {
  operationId: string;
  /** The operation is in an earlier step too. */
  isRepeated?: true;
  body?: Readonly<Record<string, unknown>>;
  /** Values of path parameters. */
  params?: Readonly<Record<string, string>>;
  /** The query parameters that are sent. The others are in the request, but disabled. */
  query?: Readonly<Record<string, string>>;
  /** Collection variables to set, each with the part of the reply that it is set from, as JavaScript after `reply.`. */
  sets?: Readonly<Record<string, string>>;
  /** The status of the refusal that is expected, for a request that needs what a collection can't know, such as a code. */
  refused?: number;
  /** Values that top-level fields of the reply must have. */
  expects?: Readonly<Record<string, unknown>>;
};

export type Chapter = { name: string; steps: readonly Step[] };

const tokenVariables = { jwt_token: 'access_token', refresh_token: 'refresh_token' };
const credentials = { username: '{{username}}', password: '{{password}}' };
const ofPayment = { id: '{{payment_id}}' };
const ofUser = { id: '{{user_id}}' };
const ofLink = { token: '{{password_link_token}}' };
const ofSession = { id: '{{session_id}}' };
const ofApiKey = { id: '{{api_key_id}}' };

/** Every operation, in an order in which the whole collection runs: each request finds what it needs. */
export const journey: readonly Chapter[] = [
  {
    name: 'Sign in',
    steps: [
      { operationId: 'postAuthLogin', body: credentials, sets: tokenVariables },
      { operationId: 'getAuthProfile', expects: { username: '{{username}}' } },
    ],
  },
  {
    name: 'Sessions',
    steps: [
      { operationId: 'postSessionsEndAll', body: { keepCurrent: true } },
      { operationId: 'postAuthLogin', isRepeated: true, body: credentials, sets: tokenVariables },
      {
        operationId: 'getSessions',
        sets: { session_id: 'find((session) => !session.current)?.id' },
        expects: { length: 2 },
      },
      { operationId: 'deleteSessionsId', params: ofSession },
      { operationId: 'postAuthConfirmPassword', body: { password: '{{password}}' } },
    ],
  },
  {
    name: 'Payments',
    steps: [
      {
        operationId: 'postPayments',
        body: {
          amount: 1250,
          method: 'credit_card',
          status: 'pending',
          receiver: 'John Doe',
          description: 'Online purchase',
        },
        sets: { payment_id: 'id' },
        expects: { amount: 1250, status: 'pending' },
      },
      {
        operationId: 'getPaymentsId',
        params: ofPayment,
        expects: { id: '{{payment_id}}', status: 'pending' },
      },
      {
        operationId: 'patchPaymentsId',
        params: ofPayment,
        body: { status: 'success' },
        expects: { id: '{{payment_id}}', status: 'success' },
      },
      {
        operationId: 'getPayments',
        query: { page: '1', limit: '10', status: 'success', startDate: '2024-01-01' },
        expects: { page: 1 },
      },
      { operationId: 'getPaymentsCurrencies', expects: { default: 'USD' } },
      { operationId: 'getPaymentsExport', query: { status: 'success' } },
    ],
  },
  {
    name: 'Statistics',
    steps: [
      { operationId: 'getPaymentsStats', query: { timeZone: 'Europe/Berlin' } },
      { operationId: 'getPaymentsStatsRevenue', query: { interval: 'week' }, expects: { interval: 'week' } },
      { operationId: 'getPaymentsStatsFailures', query: { interval: 'day' }, expects: { interval: 'day' } },
      { operationId: 'getPaymentsStatsOverview', query: { interval: 'day' } },
    ],
  },
  {
    name: 'Users',
    steps: [
      {
        operationId: 'postUsers',
        body: { username: 'postman-{{$guid}}', password: 'securepassword123', role: 'viewer' },
        sets: { user_id: 'id' },
        expects: { role: 'viewer', active: true },
      },
      { operationId: 'getUsers' },
      { operationId: 'patchUsersId', params: ofUser, body: { role: 'admin' }, expects: { role: 'admin' } },
      {
        operationId: 'postUsersIdResetPassword',
        params: ofUser,
        body: { password: 'anothersecurepassword456' },
      },
      { operationId: 'postUsersIdPasswordLink', params: ofUser, sets: { password_link_token: 'token' } },
      { operationId: 'getPasswordLinks', expects: { length: 1 } },
      { operationId: 'postPasswordLinksCheck', body: ofLink },
      { operationId: 'deleteUsersIdPasswordLink', params: ofUser },
      {
        operationId: 'postPasswordLinksSetPassword',
        body: { ...ofLink, password: 'athirdsecurepassword789' },
        refused: 404,
      },
      { operationId: 'deleteUsersIdSecondFactor', params: ofUser, refused: 404 },
      { operationId: 'deleteUsersId', params: ofUser, expects: { outcome: 'erased' } },
    ],
  },
  {
    name: 'API keys',
    steps: [
      {
        operationId: 'postApiKeys',
        body: { name: 'nightly import', role: 'admin' },
        sets: { api_key_id: 'id' },
        expects: { role: 'admin' },
      },
      { operationId: 'getApiKeys' },
      { operationId: 'deleteApiKeysId', params: ofApiKey },
    ],
  },
  {
    name: 'Audit log',
    steps: [
      { operationId: 'getAudit', query: { action: 'user.login,user.create', limit: '20' } },
      { operationId: 'getAuditVerify' },
    ],
  },
  {
    name: 'Your second factor',
    steps: [
      { operationId: 'getAuthSecondFactor', expects: { isRequired: false } },
      { operationId: 'postAuthSecondFactorTotp', body: { password: '{{password}}' } },
      { operationId: 'postAuthSecondFactorTotpConfirm', body: { code: 'a code of your app' }, refused: 401 },
      {
        operationId: 'postAuthSecondFactor',
        body: { challenge: 'the one of the sign-in', code: 'a code of your app' },
        refused: 401,
      },
      {
        operationId: 'postAuthSecondFactorRecoveryCodes',
        body: { password: '{{password}}' },
        refused: 404,
      },
      { operationId: 'postAuthSecondFactorTotpRemove', body: { password: '{{password}}' }, refused: 404 },
    ],
  },
  {
    name: 'Your own account',
    steps: [
      {
        operationId: 'postAuthChangePassword',
        body: { currentPassword: '{{password}}', newPassword: 'password' },
        refused: 400,
      },
      { operationId: 'postAuthRefresh', body: { refresh_token: '{{refresh_token}}' }, sets: tokenVariables },
      { operationId: 'postAuthLogout' },
    ],
  },
];
