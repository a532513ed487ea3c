import { apiKeyList, createdApiKey } from '@paydeck/api/api-keys-schema';
import { profile, refreshToken, signedIn } from '@paydeck/api/auth-schema';
import {
  createPaymentInput,
  instantText,
  listPaymentsInput,
  payment,
  paymentFilter,
  updatePaymentInput,
} from '@paydeck/api/payments-schema';
import { dashboard, dashboardInput, failures, interval, revenue } from '@paydeck/api/stats-schema';
import { deletedUser, updateUserInput, user, userList } from '@paydeck/api/users-schema';
import { currencies } from '@paydeck/contract/currencies';
import { maxAmountMajor } from '@paydeck/contract/money';
import { z } from 'zod';
import { answers } from './json-schema.ts';

// Shapes that REST has of its own. Whatever the API's schemas say is taken from there: names, limits, choices.

const largestAmount = Math.max(...Object.keys(currencies).map(maxAmountMajor));

const { amountMinor: _minor, idempotencyKey: _key, ...createFields } = createPaymentInput.shape;

export const newPayment = z.strictObject({
  amount: z
    .number({ error: 'is a number in major units, such as 1250.00' })
    .meta({ exclusiveMinimum: 0, maximum: largestAmount })
    .describe(
      'In major units, with no more decimals than its currency has. At most 1,000,000; in currencies whose unit is ' +
        'worth very little, such as VND, 1,000,000,000.',
    ),
  ...createFields,
});

const { id: _id, idempotencyKey: _header, ...updateFields } = updatePaymentInput.shape;

export const paymentChange = z.strictObject(updateFields);

const { id: _userId, ...userFields } = updateUserInput.shape;

export const userChange = z.strictObject(userFields);

const bound = z
  .number({ error: 'is a number in major units, such as 1250.00' })
  .meta({ minimum: 0 })
  .optional()
  .describe('In major units of `currency`, or of the default currency, which the payments then have.');

/** The filter that list, export and stats share. */
export const paymentQuery = z.strictObject({
  status: paymentFilter.shape.status.describe('Several with commas: `success,failed`.'),
  method: paymentFilter.shape.method.describe('Several with commas.'),
  currency: paymentFilter.shape.currency,
  startDate: instantText.optional().describe('Inclusive. A date is its start.'),
  endDate: instantText.optional().describe('A date holds that whole day; an instant is exclusive.'),
  minAmount: bound,
  maxAmount: bound,
  search: paymentFilter.shape.search.describe('A part of receiver or description, in any case.'),
});

export const listQuery = paymentQuery.extend({
  page: listPaymentsInput.shape.page,
  limit: listPaymentsInput.shape.limit,
});

export const exportQuery = paymentQuery.extend({
  format: z.enum(['csv', 'jsonl']).default('csv').describe('`jsonl`: a line of JSON for each payment.'),
});

export const statsQuery = paymentQuery.extend({ timeZone: dashboardInput.shape.timeZone });

export const intervalQuery = statsQuery.extend({ interval: interval.default('day') });

export const paymentList = z.object({
  data: z.array(payment),
  total: z.int(),
  page: z.int(),
  totalPages: z.int(),
  totalIsExact: z
    .literal(false)
    .optional()
    .describe('Only there when `total` is a lower bound: over 100,000 matches of an amount or a text.'),
});

export const refreshBody = z.strictObject({ refresh_token: refreshToken });

export const session = z.object({
  access_token: z.string(),
  user: signedIn.shape.user,
  refresh_token: z.string(),
  expires_at: signedIn.shape.expiresAt,
});

/** Every failure, of every route. */
export const failure = z.object({
  statusCode: z.int(),
  timestamp: z.date(),
  path: z.string(),
  message: z.string(),
});

answers
  .add(payment, { id: 'Payment' })
  .add(paymentList, { id: 'PaymentList' })
  .add(dashboard, { id: 'DashboardStats' })
  .add(revenue, { id: 'RevenueStats' })
  .add(failures, { id: 'FailureStats' })
  .add(session, { id: 'Session' })
  .add(profile, { id: 'Profile' })
  .add(user, { id: 'User' })
  .add(userList, { id: 'UserList' })
  .add(deletedUser, { id: 'DeletedUser' })
  .add(apiKeyList, { id: 'ApiKeyList' })
  .add(createdApiKey, { id: 'CreatedApiKey' })
  .add(failure, { id: 'Failure' });
