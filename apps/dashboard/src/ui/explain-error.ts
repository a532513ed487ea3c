import { isRetryable, issuesOf, type Reason, reasonOf } from '@paydeck/client';

const explanations: Partial<Record<Reason, string>> = {
  invalid_credentials: 'The user name or password is wrong.',
  not_signed_in: 'Sign in to see this.',
  session_ended: 'Your session has ended. Sign in again.',
  forbidden: 'Only an admin can do this.',
  second_factor_missing: 'Set up your second factor first, in the account menu.',
  confirm_password: 'This needs your password. Try again, and enter it.',
  query_too_expensive:
    'This would look at too many payments. Choose a range of dates, or search for a longer text.',
  database_unavailable: 'The server can’t reach its database. Try again in a moment.',
  overloaded: 'The server is busy. Try again in a few seconds.',
  disk_full:
    'The disk of the database is full, so nothing can be saved. Ask the operator of the server to free space.',
  shutting_down: 'The server is restarting. Try again in a moment.',
  internal: 'Something went wrong on the server. The server log has the details.',
};

/** An error as a message for the operator: what happened, and what to do. */
export function explainError(error: unknown): string {
  const reason = reasonOf(error);
  const explanation = reason === null ? undefined : explanations[reason];
  if (explanation !== undefined) return explanation;
  if (reason !== null && error instanceof Error) return sentence(error.message);
  if (isRetryable(error)) return 'The server can’t be reached. Check your connection and try again.';
  return error instanceof Error ? sentence(error.message) : 'Something went wrong.';
}

/** The message about one field of the input; undefined when the error is not about it. */
export function issueFor(error: unknown, field: string): string | undefined {
  const issue = issuesOf(error).find(({ path }) => path === field);
  return issue === undefined ? undefined : sentence(issue.message);
}

/** A text with a capital at its beginning and a full stop at its end. */
export const sentence = (text: string) =>
  `${text.charAt(0).toUpperCase()}${text.slice(1)}${/[.!?]$/.test(text) ? '' : '.'}`;
