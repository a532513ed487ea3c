/** The exit codes that scripts rely on, as in the table of docs/scripts.md. */
export const exitCodes = {
  ok: 0,
  failure: 1,
  usage: 2,
  notAllowed: 3,
  notFoundOrConflict: 4,
  unreachable: 5,
  differences: 6,
  /** Shells expect this code of a program that Ctrl-C ended. */
  interrupted: 130,
} as const;

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];
