import { auditEntry, listAuditInput, verifyAuditInput } from '@paydeck/api/audit-schema';
import { refreshToken, signedIn } from '@paydeck/api/auth-schema';
import { paymentFilter } from '@paydeck/api/payment-filter';
import {
  createPaymentInput,
  listPaymentsInput,
  payment,
  updatePaymentInput,
} from '@paydeck/api/payments-schema';
import { secondFactorRequest } from '@paydeck/api/second-factor-schema';
import { instantText } from '@paydeck/api/shapes';
import { dashboardInput, revenueInput } from '@paydeck/api/stats-schema';
import { updateUserInput } from '@paydeck/api/users-schema';
import { highestLimitMajor } from '@paydeck/contract/amount-limits';
import { currencies } from '@paydeck/contract/currencies';
import { z } from 'zod';
import { moreColumnNames } from '../export/formats.ts';

// The shapes that differ from the API's. Names, limits and choices come from the API's schemas.

const largestAmount = Math.max(...Object.keys(currencies).map(highestLimitMajor));

const { amountMinor: _minor, idempotencyKey: _key, ...createFields } = createPaymentInput.shape;

export const newPayment = z.strictObject({
  amount: z
    .number({ error: 'must be a number in major units, such as 1250.00' })
    .meta({ exclusiveMinimum: 0, maximum: largestAmount })
    .describe(
      'In major units, with no more decimals than its currency has. At most 1,000,000; in currencies whose unit is ' +
        'worth little, such as JPY, 100,000,000, or very little, such as VND, 1,000,000,000. The server may have other limits.',
    ),
  ...createFields,
});

const { id: _id, idempotencyKey: _header, ...updateFields } = updatePaymentInput.shape;

export const paymentChange = z.strictObject(updateFields);

const { id: _userId, ...userFields } = updateUserInput.shape;

export const userChange = z.strictObject(userFields);

const bound = z
  .number({ error: 'must be a number in major units, such as 1250.00' })
  .meta({ minimum: 0 })
  .optional()
  .describe(
    'In major units of `currency`. Without `currency`, only payments in the default currency are found.',
  );

/** The filter that list, export and stats share. */
export const paymentQuery = z.strictObject({
  status: paymentFilter.shape.status.describe('Several are separated by commas: `success,failed`.'),
  method: paymentFilter.shape.method.describe('Several are separated by commas.'),
  currency: paymentFilter.shape.currency,
  failureCode: paymentFilter.shape.failureCode.describe(
    'Failed payments with this code. Several are separated by commas. `:none` stands for failed payments without a code.',
  ),
  startDate: instantText.optional().describe('Inclusive. A date means the start of that day.'),
  endDate: instantText.optional().describe('A date includes that whole day. An instant is exclusive.'),
  minAmount: bound,
  maxAmount: bound,
  search: paymentFilter.shape.search.describe(
    'Part of the receiver or the description, case-insensitive, or at least the first 8 digits of the id.',
  ),
});

export const listQuery = paymentQuery.extend({
  page: listPaymentsInput.shape.page,
  cursor: listPaymentsInput.shape.cursor.describe(
    '`nextCursor` of the page before, instead of `page`. Paging by cursor shows each payment once and misses none, even while payments are created and settled.',
  ),
  limit: listPaymentsInput.shape.limit,
});

const csvQuery = paymentQuery.extend({
  format: z
    .enum(['csv', 'jsonl'])
    .default('csv')
    .describe('`jsonl` is JSON Lines: one line of JSON for each payment.'),
  columns: z
    .array(z.enum(moreColumnNames))
    .refine((names) => new Set(names).size === names.length, { error: 'must name each column once' })
    .optional()
    .describe('More columns of CSV, separated by commas. They come before `Created At`.'),
  separator: z.enum(['comma', 'semicolon', 'tab']).default('comma').describe('The separator of CSV cells.'),
  decimal: z
    .enum(['point', 'comma'])
    .default('point')
    .describe(
      'The mark before the decimals of amounts in CSV. `comma` needs `separator=semicolon` or `separator=tab`.',
    ),
  bom: z
    .enum(['true', 'false'])
    .default('false')
    .describe('Whether CSV begins with a byte order mark, so that Excel recognizes UTF-8.'),
  totals: z
    .enum(['trailers', 'line'])
    .default('trailers')
    .describe(
      '`line` also writes the totals as the last line of the file, for proxies that drop HTTP trailers.',
    ),
});

/** In CSV with commas between its cells, a program could not tell the decimals from the next cell. */
export const exportQuery = csvQuery.refine(
  ({ decimal, separator }) => decimal === 'point' || separator !== 'comma',
  { path: ['decimal'], error: 'can be comma only with separator=semicolon or separator=tab' },
);

export const statsQuery = paymentQuery.extend({
  timeZone: dashboardInput.shape.timeZone,
  previous: dashboardInput.shape.previous.describe(
    'How much of earlier periods is compared. With `soFar`, they end at the current time of day, to the minute, if the periods that they are compared with have not ended.',
  ),
});

export const intervalQuery = statsQuery.extend({
  interval: revenueInput.shape.interval,
  weekStartsOn: revenueInput.shape.weekStartsOn.describe('For `interval=week`.'),
});

export const paymentList = z.object({
  data: z.array(payment),
  total: z.int(),
  page: z.int().nullable().describe('Null for a page by cursor.'),
  totalPages: z.int(),
  nextCursor: z.string().optional().describe('Only present when there are older payments.'),
  totalIsExact: z
    .literal(false)
    .optional()
    .describe(
      'Only present when `total` is a lower bound: a filter by amount or text whose matches are too many to count. It counts those among the 20,000 newest payments.',
    ),
  searchedTo: z
    .date()
    .optional()
    .describe(
      'Only present when a search by amount or text stopped before it had looked at every payment: the creation time of the last payment it looked at. To continue, pass `nextCursor` as `cursor`.',
    ),
});

const { actorId, action, subjectId, cursor, limit } = listAuditInput.shape;

export const auditQuery = z.strictObject({
  actorId: actorId.describe('The user who did it.'),
  action: action.describe('Several are separated by commas: `user.login,user.login_failed`.'),
  subjectId: subjectId.describe('The user, API key, payment or export that it was done to.'),
  startDate: instantText.optional().describe('Inclusive. A date means the start of that day.'),
  endDate: instantText.optional().describe('A date includes that whole day. An instant is exclusive.'),
  cursor: cursor.describe('`nextCursor` of the page before.'),
  limit,
});

export const auditList = z.object({ data: z.array(auditEntry), nextCursor: z.string().nullable() });

const afterPlace = verifyAuditInput.shape.after.unwrap().shape;

export const auditCheckQuery = z.strictObject({
  afterId: afterPlace.id.optional().describe('`next.id` of the call before.'),
  afterHash: afterPlace.hash.optional().describe('`next.hash` of the call before.'),
});

export const refreshBody = z.strictObject({ refresh_token: refreshToken });

export const session = z.object({
  access_token: z.string(),
  user: signedIn.shape.user,
  refresh_token: z.string(),
  expires_at: signedIn.shape.expiresAt,
});

/** The body of every failure of every route. */
export const failure = z.object({
  statusCode: z.int(),
  timestamp: z.date(),
  path: z.string(),
  message: z.string(),
  secondFactor: secondFactorRequest
    .optional()
    .describe(
      'Only present when a sign-in needs a second factor: what to send to `/api/auth/second-factor`.',
    ),
});
