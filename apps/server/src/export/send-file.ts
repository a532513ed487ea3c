import type { ServerResponse } from 'node:http';
import type { Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { constants, createGzip } from 'node:zlib';
import type { Tally } from './file-rows.ts';

type File = {
  header: string;
  rows: Readable;
  /** Turns rows into the lines of the file, and fills the tally. */
  shape: Transform;
  tally: Tally;
  gzip: boolean;
  /** How long the client may stop reading while data waits for it. */
  stallMs: number;
};

/** Trailers that follow the last row. The header `Trailer` announces them. */
export const trailerNames = 'x-row-count, x-sum-minor, x-as-of';

/**
 * Streams a file in constant memory, then sends its tally as trailers. When the file can't be sent completely, cuts the
 * connection, so that the client notices, and rejects.
 */
export async function sendFile(
  response: ServerResponse,
  { header, rows, shape, tally, gzip, stallMs }: File,
): Promise<void> {
  cutStalledReader(response, stallMs);
  try {
    // The fastest level: the server's CPU time matters more than the size of a file.
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

/** A client that stops reading must not keep its place and its database connection. */
function cutStalledReader(response: ServerResponse, stallMs: number): void {
  response.setTimeout(stallMs, () => {
    if (response.writableLength > 0) response.destroy(new Error('The client of the export stopped reading.'));
    // Nothing waits for the client, so the database is slow.
    else response.setTimeout(stallMs);
  });
}
