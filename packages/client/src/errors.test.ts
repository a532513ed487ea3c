import { AppError } from '@paydeck/api/errors';
import { type Reason, reasons } from '@paydeck/contract/reasons';
import { TRPCClientError } from '@trpc/client';
import { expect, test } from 'vitest';
import { isRetryable, issuesOf, isTransient, reasonOf, TransportError } from './errors.ts';

function serverError(reason: string, httpStatus: number, issues: unknown[] = []) {
  const data = { code: 'TEST', httpStatus, path: 'payments.create', reason, issues };
  return new TRPCClientError('refused', { result: { error: { code: -32_000, message: 'refused', data } } });
}

test.each(Object.keys(reasons))('the reason %s of the server reaches the caller', (reason) => {
  expect(reasonOf(serverError(reason, 400))).toBe(reason);
});

const reasonsThat = (holds: (error: unknown) => boolean) =>
  Object.keys(reasons).filter((name) => {
    const reason = reasonOf(serverError(name, 400));
    return reason !== null && holds(serverError(name, new AppError(reason, 'refused').httpStatus));
  });

test('the only retryable refusals are those of a server that is down for a moment', () => {
  expect(reasonsThat(isRetryable)).toEqual([
    'database_unavailable',
    'overloaded',
    'disk_full',
    'shutting_down',
  ] satisfies Reason[]);
});

test('a call that is too expensive is not retryable, and one that came at a busy time is', () => {
  expect(reasonsThat(isTransient)).toEqual([
    'too_many_requests',
    'database_unavailable',
    'overloaded',
    'disk_full',
    'shutting_down',
  ] satisfies Reason[]);
});

test.each([
  ['a server that was not reached', new TransportError('', null), true],
  ['a proxy’s 502', new TransportError('', 502), true],
  ['a proxy’s 503', new TransportError('', 503), true],
  ['a proxy’s 504', new TransportError('', 504), true],
  ['a proxy’s 500', new TransportError('', 500), false],
  ['a page that is not the API', new TransportError('', 200), false],
  ['an abort', new DOMException('aborted', 'AbortError'), false],
  ['a bug', new TypeError('fetch is not a function'), false],
])('%s has no reason; isRetryable is as in the table', (_what, cause, retryable) => {
  for (const error of [cause, TRPCClientError.from(cause)]) {
    expect(reasonOf(error)).toBeNull();
    expect(isRetryable(error)).toBe(retryable);
  }
});

test('a reason that only a newer server knows is null', () => {
  expect(reasonOf(serverError('quota_exceeded', 400))).toBeNull();
  expect(reasonOf(serverError('toString', 400))).toBeNull();
});

test('the issues of an invalid input have the paths of their fields', () => {
  const issues = [{ path: 'payments.3.amountMinor', message: 'must be positive' }];
  expect(issuesOf(serverError('invalid_input', 400, issues))).toEqual(issues);
  expect(issuesOf(new Error('other'))).toEqual([]);
});
