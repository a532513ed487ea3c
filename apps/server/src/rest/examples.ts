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

const paymentList = { data: [payment], total: 150, page: 1, totalPages: 15 };

const user = {
  id: '018d0d6a-3f40-7c3b-8a52-1f0a6b1f6c2f',
  username: 'newuser',
  role: 'viewer',
  active: true,
  createdAt: '2024-01-15T12:00:00.000Z',
  updatedAt: '2024-01-15T12:00:00.000Z',
};

const failure = {
  statusCode: 400,
  timestamp: '2024-01-15T12:00:00.000Z',
  path: '/api/payments',
  message: 'amount: must be greater than 0; receiver: is too short: at least 2 characters',
};

/** The specification's examples by named shape, with the fields that came since. Held by openapi.test.ts. */
export const examples = { Payment: payment, PaymentList: paymentList, User: user, Failure: failure };
