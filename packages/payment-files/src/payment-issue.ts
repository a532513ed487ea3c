import { isCalendarDate } from '@paydeck/contract/calendar-date';
import { currencyIssue } from '@paydeck/contract/money';
import { failureCodePattern, failureCodeRule, textIssue, textLimits } from '@paydeck/contract/payments';
import type { ImportedPayment } from './imported-payment.ts';

const instant = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2}))?$/;
const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
const earliest = Date.UTC(1980, 0, 1);
const clockSkewMs = 60_000;

/**
 * Why the server would refuse a payment, in its words; null if only the server can know. So a file can be checked without
 * being sent.
 */
export function paymentIssue(payment: ImportedPayment): string | null {
  const { id, amountMinor, currency = '', status, createdAt, updatedAt } = payment;
  const issues: [field: string, issue: string | null][] = [
    ['id', id === undefined || uuid.test(id) ? null : 'must be a UUID'],
    ['amount', amountMinor > 0 ? null : 'must be greater than 0'],
    ['createdAt', instantIssue(createdAt)],
    ['updatedAt', instantIssue(updatedAt)],
    ...(['receiver', 'description', 'failureMessage'] as const).map((field): [string, string | null] => [
      field,
      payment[field] == null ? null : textIssue(payment[field].trim(), textLimits[field]),
    ]),
    ...(['failureCode', 'failureMessage'] as const).map((field): [string, string | null] => [
      field,
      payment[field] == null || status === 'failed' ? null : 'must be left out unless the status is failed',
    ]),
    ['failureCode', failureCodeIssue(payment.failureCode)],
  ];
  const found = issues.flatMap(([field, issue]) => (issue === null ? [] : [`${field} ${issue}`]));
  if (found.length > 0) return found.join('; ');
  const issue = currencyIssue(currency, createdAt === undefined ? new Date() : new Date(createdAt));
  return issue === null ? null : `currency ${issue}`;
}

const failureCodeIssue = (code: string | null | undefined): string | null =>
  code == null || failureCodePattern.test(code) ? null : failureCodeRule;

function instantIssue(text: string | undefined): string | null {
  if (text === undefined) return null;
  const time = Date.parse(text);
  if (!instant.test(text) || Number.isNaN(time) || !isCalendarDate(text.slice(0, 10)) || text.includes('T24'))
    return 'must be an ISO 8601 date, or a date and time with offset, such as 2026-01-31T09:30:00Z';
  if (time < earliest) return 'must not be before 1980';
  return time <= Date.now() + clockSkewMs ? null : 'must not be in the future';
}
