import { Transform } from 'node:stream';
import type { CopyTotals } from '@paydeck/db/payment-copy';
import type { ExportFormat } from './formats.ts';

/** Trailers that follow the last row. The header `Trailer` announces them. */
export const trailerNames = 'x-row-count, x-sum-minor, x-as-of';

/** The row count and the sums of an export as HTTP trailers. */
export function trailersOf({ rows, sums, asOf }: CopyTotals): Record<string, string> {
  return {
    'x-row-count': String(rows),
    'x-sum-minor': [...sums].map(([currency, sum]) => `${currency}=${sum}`).join(', '),
    ...(rows > 0 && { 'x-as-of': String(asOf) }),
  };
}

/** The same as the last line of a file. The sums are texts, because a double can't hold all of them. No row begins like this. */
export function totalsLine(format: ExportFormat, { rows, sums, asOf }: CopyTotals): string {
  const sumMinor = Object.fromEntries([...sums].map(([currency, sum]) => [currency, String(sum)]));
  const totals = { rows, sumMinor, asOf: rows > 0 ? Number(asOf) : null };
  return format === 'csv' ? `# ${JSON.stringify(totals)}\r\n` : `${JSON.stringify({ totals })}\n`;
}

/** Passes a file on, and `line` after it. */
export const appendLine = (line: () => string): Transform =>
  new Transform({
    transform: (chunk, _encoding, done) => done(null, chunk),
    flush: (done) => done(null, Buffer.from(line())),
  });
