/** One request of the collection, over what the OpenAPI document says of its operation. */
export type Step = {
  operationId: string;
  body?: Readonly<Record<string, unknown>>;
  /** Values of path parameters. */
  params?: Readonly<Record<string, string>>;
  /** The query parameters that are sent; the others are there, switched off. */
  query?: Readonly<Record<string, string>>;
  /** Variables that are set from top-level fields of the reply. */
  keeps?: Readonly<Record<string, string>>;
  /** Top-level fields of the reply, beyond its documented shape. */
  shows?: Readonly<Record<string, unknown>>;
};

export type Chapter = { name: string; steps: readonly Step[] };

const keptTokens = { jwt_token: 'access_token', refresh_token: 'refresh_token' };
const credentials = { username: '{{username}}', password: '{{password}}' };
const ofPayment = { id: '{{payment_id}}' };
const ofUser = { id: '{{user_id}}' };
const ofApiKey = { id: '{{api_key_id}}' };

/** Every operation, in an order in which each finds what it needs: run as a whole, all of it succeeds. */
export const journey: readonly Chapter[] = [
  {
    name: 'Sign in',
    steps: [
      { operationId: 'postAuthLogin', body: credentials, keeps: keptTokens },
      { operationId: 'getAuthProfile', shows: { username: '{{username}}' } },
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
        keeps: { payment_id: 'id' },
        shows: { amount: 1250, status: 'pending' },
      },
      { operationId: 'getPaymentsId', params: ofPayment, shows: { id: '{{payment_id}}', status: 'pending' } },
      {
        operationId: 'patchPaymentsId',
        params: ofPayment,
        body: { status: 'success' },
        shows: { id: '{{payment_id}}', status: 'success' },
      },
      {
        operationId: 'getPayments',
        query: { page: '1', limit: '10', status: 'success', startDate: '2024-01-01' },
        shows: { page: 1 },
      },
      { operationId: 'getPaymentsExport', query: { status: 'success' } },
    ],
  },
  {
    name: 'Statistics',
    steps: [
      { operationId: 'getPaymentsStats', query: { timeZone: 'Europe/Berlin' } },
      { operationId: 'getPaymentsStatsRevenue', query: { interval: 'week' }, shows: { interval: 'week' } },
      { operationId: 'getPaymentsStatsFailures', query: { interval: 'day' }, shows: { interval: 'day' } },
    ],
  },
  {
    name: 'Users',
    steps: [
      {
        operationId: 'postUsers',
        body: { username: 'postman-{{$guid}}', password: 'securepassword123', role: 'viewer' },
        keeps: { user_id: 'id' },
        shows: { role: 'viewer', active: true },
      },
      { operationId: 'getUsers' },
      { operationId: 'patchUsersId', params: ofUser, body: { role: 'admin' }, shows: { role: 'admin' } },
      {
        operationId: 'postUsersIdResetPassword',
        params: ofUser,
        body: { password: 'anothersecurepassword456' },
      },
      { operationId: 'deleteUsersId', params: ofUser, shows: { outcome: 'erased' } },
    ],
  },
  {
    name: 'API keys',
    steps: [
      {
        operationId: 'postApiKeys',
        body: { name: 'nightly import', role: 'admin' },
        keeps: { api_key_id: 'id' },
        shows: { role: 'admin' },
      },
      { operationId: 'getApiKeys' },
      { operationId: 'deleteApiKeysId', params: ofApiKey },
    ],
  },
  {
    name: 'Own account',
    steps: [
      {
        operationId: 'postAuthChangePassword',
        body: { currentPassword: '{{password}}', newPassword: '{{password}}' },
      },
      { operationId: 'postAuthRefresh', body: { refresh_token: '{{refresh_token}}' }, keeps: keptTokens },
      { operationId: 'postAuthLogout' },
    ],
  },
];
