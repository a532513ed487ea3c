import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';

/** The lines of a stream, without their line ends. Rejects when the stream fails. */
export async function* readLines(input: Readable): AsyncGenerator<string> {
  const lines = createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY });
  input.once('error', () => lines.close());
  yield* lines;
  if (input.errored) throw input.errored;
}
