type LoggedError = { type: string; message: string; stack: string; [more: string]: unknown };

/**
 * An error as it is logged, without anything that a caller sent: no parameters from Drizzle's messages, no row from the
 * details of a PostgreSQL error. Tested by request-log.test.ts.
 */
export function loggedError(error: unknown): LoggedError {
  if (!(error instanceof Error)) return { type: typeof error, message: String(error), stack: '' };
  const frames = error.stack?.split('\n').filter((line) => /^\s+at /.test(line)) ?? [];
  return {
    type: error.name,
    message: error.message.replace(/\nparams: [\s\S]*$/, ''),
    ...('code' in error && { code: error.code }),
    stack: frames.join('\n'),
    ...(error.cause !== undefined && { cause: loggedError(error.cause) }),
  };
}
