import { type AppError, invalidInput, toAppError } from '@paydeck/api/errors';

/** Names in REST of those fields of the procedures' inputs that are named differently there. */
const restNames: Readonly<Record<string, string>> = {
  amountMinor: 'amount',
  minAmountMinor: 'minAmount',
  maxAmountMinor: 'maxAmount',
  from: 'startDate',
  to: 'endDate',
  refreshToken: 'refresh_token',
};

/** `filter.from` of a procedure's input is the parameter `startDate`, and `filter.status.1` is `status`. */
const restPath = (path: string): string =>
  path
    .split('.')
    .filter((name) => name !== 'filter' && !/^\d+$/.test(name))
    .map((name) => restNames[name] ?? name)
    .join('.');

/** The refusal as REST words it: its issues name the fields of the REST request. */
export function restError(error: unknown): AppError {
  const appError = toAppError(error);
  if (appError.issues.length === 0) return appError;
  const issues = appError.issues.map(({ path, message }) => ({ path: restPath(path), message }));
  return invalidInput(issues, { cause: error, issueCount: appError.issueCount });
}
