type LoggedError = { type: string; message: string; stack: string; [more: string]: unknown };

/**
 * An error as the log shows it. It leaves out what a caller sent: the parameters in a message of Drizzle's, and the
 * row in the details of a PostgreSQL error. Held by request-log.test.ts.
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
