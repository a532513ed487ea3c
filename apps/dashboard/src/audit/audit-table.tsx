import type { AuditEntry } from '@paydeck/contract/audit';
import { RecentTime } from '../ui/recent-time.tsx';
import { actionInWords } from './audit-words.ts';

/** The details as `name: value`, without the braces and quotes of JSON around texts. */
const detailsInWords = (details: AuditEntry['details']): string =>
  Object.entries(details)
    .map(([name, value]) => `${name}: ${typeof value === 'string' ? value : JSON.stringify(value)}`)
    .join(', ');

const authorOf = ({ actor, apiKey }: AuditEntry): string => {
  if (actor === null) return '–';
  return apiKey === null ? actor.username : `${actor.username} (key ${apiKey.name})`;
};

export function AuditTable({ entries }: { entries: readonly AuditEntry[] }) {
  return (
    <table className="table audit-table">
      <thead>
        <tr>
          <th>Time</th>
          <th>What</th>
          <th>User</th>
          <th className="wide">Subject</th>
          <th className="wide">Address</th>
          <th className="wide">Details</th>
        </tr>
      </thead>
      <tbody>
        {entries.map((entry) => (
          <tr key={entry.id} data-entry={entry.id}>
            <td className="soft">
              <RecentTime at={entry.at} />
            </td>
            <td title={entry.action}>{actionInWords(entry.action)}</td>
            <td>{authorOf(entry)}</td>
            <td className="wide soft">{entry.subject?.name ?? entry.subject?.id ?? '–'}</td>
            <td className="wide soft" title={entry.userAgent ?? undefined}>
              {entry.address ?? '–'}
            </td>
            <td className="wide soft">
              <span className="audit-details" title={detailsInWords(entry.details)}>
                {detailsInWords(entry.details)}
              </span>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
