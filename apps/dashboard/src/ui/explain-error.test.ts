import { type Reason, TransportError } from '@paydeck/client';
import { TRPCClientError } from '@trpc/client';
import { expect, test } from 'vitest';
import { explainError } from './explain-error.ts';

const refusal = (reason: Reason, message: string) => {
  const data = { code: 'TEST', httpStatus: 400, path: 'payments.list', reason, issues: [] };
  return new TRPCClientError(message, { result: { error: { code: -32_000, message, data } } });
};

test.each<[string, unknown, string]>([
  [
    'a read that was canceled',
    refusal('query_too_expensive', 'This needs to look at too many payments.'),
    'This would look at too many payments. Choose a range of dates, or search for a longer text.',
  ],
  [
    'a reason that the page has no words for',
    refusal('too_many_requests', 'too many searches are running'),
    'Too many searches are running.',
  ],
  [
    'an unreachable server',
    new TransportError('', null),
    'The server can’t be reached. Check your connection and try again.',
  ],
  ['a bug', new TypeError('x is not a function'), 'X is not a function.'],
  ['a value that is not an error', 'oops', 'Something went wrong.'],
])('%s is explained', (_what, error, explanation) => {
  expect(explainError(error)).toBe(explanation);
});
