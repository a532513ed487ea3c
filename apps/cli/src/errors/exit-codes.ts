/** What a script may decide by. The table of docs/scripts.md. */
export const exitCodes = {
  ok: 0,
  failure: 1,
  usage: 2,
  notAllowed: 3,
  notFoundOrConflict: 4,
  unreachable: 5,
  differences: 6,
  /** What shells expect of a program that Ctrl-C has ended before its work was done. */
  interrupted: 130,
} as const;

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];
