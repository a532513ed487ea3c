import { AppError, toAppError } from '@paydeck/api/errors';

/** Fields of the procedures' inputs that REST calls by another name. */
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

/** A refusal as REST tells it: problems of an input name the fields of the REST shape. */
export function restError(error: unknown): AppError {
  const shown = toAppError(error);
  if (shown.issues.length === 0) return shown;
  const issues = shown.issues.map(({ path, message }) => ({ path: restPath(path), message }));
  const message = issues.map((issue) => (issue.path ? `${issue.path}: ${issue.message}` : issue.message));
  return new AppError(shown.reason, message.join('; '), { cause: error, issues });
}
