import type { BadRow } from '@paydeck/payment-files/send-rows';
import { formatCount, plural } from '../format/numbers.ts';
import { Card } from '../ui/card.tsx';
import { BadRowsButton } from './bad-rows-button.tsx';
import { maxKeptRows } from './import-settings.ts';

const shownRows = 20;

/** The rows that are not recorded, with their lines, problems and a way out. */
export function Problems({
  fileName,
  reading,
  rows,
  count,
  isImported = false,
}: {
  fileName: string;
  reading: { header: readonly string[]; separator: string };
  rows: readonly BadRow[];
  count: number;
  /** Whether the other rows have been imported. */
  isImported?: boolean;
}) {
  const first = rows.toSorted((a, b) => a.line - b.line).slice(0, shownRows);
  return (
    <Card
      title={`${plural(count, 'row')} can’t be recorded`}
      actions={<BadRowsButton fileName={fileName} reading={reading} rows={rows} />}
    >
      <p className="soft">
        {!isImported && 'The other rows can. '}
        Download these rows, correct them, and import that file. It has the line and the problem of each row.
        {count > maxKeptRows && ` The download has the first ${formatCount(maxKeptRows)} of them.`}
      </p>
      <ol className="import-problems">
        {first.map(({ line, problem, text }) => (
          <li key={line}>
            <span className="soft number">Line {formatCount(line)}</span>
            <span>
              {problem}.{!isImported && wayOut(problem)}
              <code className="mono soft">{text.slice(0, 200)}</code>
            </span>
          </li>
        ))}
      </ol>
      {count > first.length && <p className="soft">And {formatCount(count - first.length)} more.</p>}
    </Card>
  );
}

/** The control of this view that may fix a problem. */
function wayOut(problem: string): string {
  if (/^createdAt .*(ISO 8601|format)/.test(problem)) return ' Name the format under “Dates”.';
  if (/^amount .*(comma|decimal mark|decimal point|separators|only digits)/.test(problem))
    return ' Choose how “Decimals” are written.';
  if (/^(method|status) .*no meaning/.test(problem)) return ' Choose what the text means.';
  if (/^(method|status) must be/.test(problem)) return ' Choose its column, or what its text means.';
  if (/^the time zone /.test(problem)) return ' Choose it under “Times are in”.';
  return '';
}
