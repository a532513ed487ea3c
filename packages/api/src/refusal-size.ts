/** The most problems of an input that a refusal names. It counts the others. */
export const maxNamedIssues = 5;
/** The most bytes that a message, and that all named problems of an input, may take in a refusal's JSON. */
const maxMessageBytes = 340;
const maxIssuesBytes = 320;

const jsonBytes = (value: unknown): number => Buffer.byteLength(JSON.stringify(value));

/** Cuts a text so that its JSON has at most `maxBytes` bytes. A text that was cut ends with an ellipsis. */
export function shortened(text: string, maxBytes: number): string {
  // Few texts are long. A UTF-16 unit has at most 6 bytes in JSON.
  if (text.length * 6 + 2 <= maxBytes) return text;
  const start = text.slice(0, maxBytes);
  if (start.length === text.length && jsonBytes(text) <= maxBytes) return text;
  let left = maxBytes - jsonBytes('…');
  let end = 0;
  for (const character of start) {
    left -= jsonBytes(character) - 2;
    if (left < 0) break;
    end += character.length;
  }
  return `${start.slice(0, end)}…`;
}

/**
 * A message of a refusal, cut if it is long: it may repeat what the caller sent. The end of the message, `rest`, stays.
 */
export function shortMessage(message: string, rest = ''): string {
  return shortened(message, maxMessageBytes - jsonBytes(rest)) + rest;
}

/** A path that the caller sent, cut if it is long. */
export const shortPath = (path: string): string => shortened(path, 200);

/** The first problems of an input, as many as a refusal names. There is always at least one if there is any. */
export function namedIssues<T extends { path: string; message: string }>(issues: readonly T[]): T[] {
  const named: T[] = [];
  let bytes = 0;
  for (const issue of issues.slice(0, maxNamedIssues)) {
    const short = { ...issue, path: shortened(issue.path, 80), message: shortened(issue.message, 240) };
    bytes += jsonBytes(short);
    if (named.length > 0 && bytes > maxIssuesBytes) break;
    named.push(short);
  }
  return named;
}
