import type { BadRow } from '@paydeck/payment-files/send-rows';
import { formatCount, plural } from '../format/numbers.ts';
import { Card } from '../ui/card.tsx';
import { BadRowsButton } from './bad-rows-button.tsx';
import { maxKeptRows } from './import-settings.ts';

const shownKinds = 20;
const shownRows = 3;

/** The rows that are not recorded, with their lines, problems and a way out. */
export function Problems({
  fileName,
  reading,
  rows,
  count,
  hasOthers,
  isImported = false,
}: {
  fileName: string;
  reading: { header: readonly string[]; separator: string };
  rows: readonly BadRow[];
  count: number;
  /** Whether other rows can be recorded. */
  hasOthers: boolean;
  /** Whether the other rows have been imported. */
  isImported?: boolean;
}) {
  const kinds = groupByKind(rows.toSorted((a, b) => a.line - b.line));
  const shown = kinds.slice(0, shownKinds);
  const hidden = kinds.slice(shownKinds).reduce((sum, kind) => sum + kind.rows.length, 0);
  return (
    <Card
      title={`${plural(count, 'row')} can’t be recorded`}
      actions={<BadRowsButton fileName={fileName} reading={reading} rows={rows} />}
    >
      <p className="soft">
        {!isImported && hasOthers && 'The other rows can. '}
        Download these rows, correct them, and import that file. It has the line and the problem of each row.
        {count > maxKeptRows && ` The download has the first ${formatCount(maxKeptRows)} of them.`}
      </p>
      <ol className="import-problems">
        {shown.map(({ advice, rows }) => (
          <Kind key={rows[0]?.line} advice={isImported ? '' : advice} rows={rows} />
        ))}
      </ol>
      {hidden > 0 && <p className="soft">And {plural(hidden, 'row')} with other problems.</p>}
    </Card>
  );
}

/** The first rows with problems of one kind, and how many more there are. */
function Kind({ advice, rows }: { advice: string; rows: readonly BadRow[] }) {
  const more = rows.length - shownRows;
  return (
    <>
      {rows.slice(0, shownRows).map(({ line, problem, text }) => (
        <li key={line}>
          <span className="soft number">Line {formatCount(line)}</span>
          <span>
            {problem}.{advice}
            <code className="mono soft">{text.slice(0, 200)}</code>
          </span>
        </li>
      ))}
      {more > 0 && (
        <li>
          <span />
          <span className="soft">And {plural(more, 'more row')} like these.</span>
        </li>
      )}
    </>
  );
}

/** Rows that one choice fixes together, or that have the same problem, in the order of their first lines. */
function groupByKind(rows: readonly BadRow[]): { advice: string; rows: BadRow[] }[] {
  const kinds = new Map<string, { advice: string; rows: BadRow[] }>();
  for (const row of rows) {
    const advice = wayOut(row.problem);
    const kind = kinds.get(advice || row.problem);
    if (kind === undefined) kinds.set(advice || row.problem, { advice, rows: [row] });
    else kind.rows.push(row);
  }
  return [...kinds.values()];
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
