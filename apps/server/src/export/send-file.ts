import type { ServerResponse } from 'node:http';
import type { Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { constants, createGzip } from 'node:zlib';
import type { Tally } from './file-rows.ts';

type File = {
  header: string;
  rows: Readable;
  /** What the rows go through; it fills the tally. */
  shape: Transform;
  tally: Tally;
  gzip: boolean;
  /** How long a reader may take nothing of what waits for it. */
  stallMs: number;
};

/** Named in the header `Trailer`, and sent when all rows were. */
export const trailerNames = 'x-row-count, x-sum-minor, x-as-of';

/**
 * Streams a file in constant memory and says at its end what was in it. Rejects, and cuts the connection, when the
 * file did not go out whole: that is how the reader learns of it.
 */
export async function sendFile(
  response: ServerResponse,
  { header, rows, shape, tally, gzip, stallMs }: File,
): Promise<void> {
  cutStalledReader(response, stallMs);
  try {
    // Speed counts here: the rows are on their way to a disk.
    const body = gzip ? createGzip({ level: constants.Z_BEST_SPEED }) : response;
    body.write(header);
    await (body === response
      ? pipeline(rows, shape, response, { end: false })
      : pipeline(rows, shape, body, response, { end: false }));
    response.addTrailers(trailersOf(tally));
    response.end();
  } catch (error) {
    response.destroy();
    throw error;
  }
}

function trailersOf({ rows, sums, asOf }: Tally): Record<string, string> {
  const byCurrency = [...sums].sort(([a], [b]) => (a < b ? -1 : 1));
  return {
    'x-row-count': String(rows),
    'x-sum-minor': byCurrency.map(([currency, sum]) => `${currency}=${sum}`).join(', '),
    ...(asOf !== null && { 'x-as-of': String(asOf) }),
  };
}

/** A reader who takes nothing would hold its place and its database connection for ever. */
function cutStalledReader(response: ServerResponse, stallMs: number): void {
  response.setTimeout(stallMs, () => {
    if (response.writableLength > 0) response.destroy(new Error('The reader of the export took nothing.'));
    // Nothing waits for the reader: it is the database that is slow.
    else response.setTimeout(stallMs);
  });
}
